const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./load.js");

const { wordDiff } = load("text_editor", ["wordDiff"]);
const sides = (parts) => [["same", "gone"], ["same", "new"]].map((sorts) => parts.filter(([sort]) => sorts.includes(sort)).map(([, text]) => text).join(""));

test("equal texts are one piece, and empty ones none", () => {
  assert.deepEqual(wordDiff("A dog.", "A dog."), [["same", "A dog."]]);
  assert.deepEqual(wordDiff("", ""), []);
});

test("a word that was replaced shows as old and new between what stays", () => {
  assert.deepEqual(wordDiff("A red dog runs.", "A blue dog runs."), [["same", "A "], ["gone", "red"], ["new", "blue"], ["same", " dog runs."]]);
});

test("a phrase that was replaced reads as one piece and not word by word", () => {
  assert.deepEqual(wordDiff("a big dog", "a small cat"), [["same", "a "], ["gone", "big dog"], ["new", "small cat"]]);
});

test("what was only added or only taken away is one piece", () => {
  assert.deepEqual(wordDiff("A dog.", "A dog runs."), [["same", "A dog"], ["new", " runs"], ["same", "."]]);
  assert.deepEqual(wordDiff("A dog.", ""), [["gone", "A dog."]]);
});

test("words of every script, with apostrophes and hyphens, stay whole", () => {
  assert.deepEqual(wordDiff("Bäume don’t well-made", "Bäume won’t well-made"), [["same", "Bäume "], ["gone", "don’t"], ["new", "won’t"], ["same", " well-made"]]);
});

test("the pieces give both texts back, whatever was changed", () => {
  const words = ["a", "b", " ", ".", "\n", "über", "🐕"];
  let seed = 7;
  const next = (most) => { seed = (seed * 48_271) % 2_147_483_647; return seed % most; };
  for (let round = 0; round < 300; round += 1) {
    const [before, after] = [0, 1].map(() => Array.from({ length: next(9) }, () => words[next(words.length)]).join(""));
    assert.deepEqual(sides(wordDiff(before, after)), [before, after]);
  }
});

test("texts that are too long for a table of both are shown as replaced", () => {
  const [before, after] = ["a same ", "b same "].map((words) => `${words.repeat(600)}end`);
  assert.deepEqual(wordDiff(before, after).map(([sort]) => sort), ["gone", "new", "same"]);
});
