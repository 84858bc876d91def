const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./load.js");

const { moved, wordFrom, placesOf } = load("span_editor", ["moved", "wordFrom", "placesOf"]);
const WORDS = Array.from("A red dog, asleep.");
const marked = (points, { start, end }) => points.slice(start, end).join("");
const stretch = (start, end) => ({ start, end });

test("the end moves on to the end of the next word", () => {
  assert.equal(marked(WORDS, moved(WORDS, stretch(2, 5), "end", 1, true)), "red dog");
  assert.equal(marked(WORDS, moved(WORDS, stretch(2, 9), "end", 1, true)), "red dog, asleep");
});

test("from within a word the end moves to its edge first", () => {
  assert.equal(marked(WORDS, moved(WORDS, stretch(2, 4), "end", 1, true)), "red");
  assert.equal(marked(WORDS, moved(WORDS, stretch(0, 4), "end", -1, true)), "A ");
});

test("the start moves back to the start of the word before", () => {
  assert.equal(marked(WORDS, moved(WORDS, stretch(6, 9), "start", -1, true)), "red dog");
  assert.equal(marked(WORDS, moved(WORDS, stretch(11, 17), "start", -1, true)), "dog, asleep");
});

test("the last step takes the sentence's full stop, and nothing moves beyond the text", () => {
  const all = moved(WORDS, stretch(0, 17), "end", 1, true);
  assert.deepEqual(all, stretch(0, 18));
  for (const byWord of [true, false]) {
    assert.deepEqual(moved(WORDS, all, "end", 1, byWord), all);
    assert.deepEqual(moved(WORDS, all, "start", -1, byWord), all);
  }
});

test("a step of a character moves by exactly one, in either direction", () => {
  assert.deepEqual(moved(WORDS, stretch(2, 5), "end", -1, false), stretch(2, 4));
  assert.deepEqual(moved(WORDS, stretch(2, 5), "start", 1, false), stretch(3, 5));
});

test("an end that is moved past the other takes it along", () => {
  assert.deepEqual(moved(WORDS, stretch(2, 5), "end", -1, true), stretch(2, 2));
  assert.deepEqual(moved(WORDS, stretch(2, 2), "end", -1, false), stretch(1, 1));
  assert.deepEqual(moved(WORDS, stretch(6, 6), "start", 1, true), stretch(9, 9));
});

test("a picture character counts as one place, as Python counts it", () => {
  const points = Array.from("🐕 runs");
  assert.deepEqual(moved(points, stretch(0, 1), "end", 1, true), stretch(0, 6));
  assert.equal(marked(points, stretch(0, 1)), "🐕");
  assert.deepEqual(placesOf("🐕 ", "runs"), [2, 6]);
});

test("apostrophes and hyphens are within words", () => {
  const points = Array.from("a don’t-care b");
  assert.equal(wordFrom(points, 1, 1), 12);
});

test("a text without words is passed in one step", () => {
  assert.equal(wordFrom(Array.from("..."), 0, 1), 3);
});

test("what the mouse selected is marked without the blanks around it", () => {
  assert.deepEqual(placesOf("A ", " red  "), [3, 6]);
  assert.equal(placesOf("A ", "   "), null);
});
