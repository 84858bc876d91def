/* A key means one thing, on whichever page and keyboard layout it is pressed. */
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./load.js");

const { KEYS: deck, typedKey } = load("review_deck", ["KEYS", "typedKey"]);
const { KEYS: inspector } = load("flag_inspector", ["KEYS"]);
const SAME = { next: "skip", turn: "drop", keys: "help" };  // other words for one thing

test("a key of both Review and Flags does the same on both", () => {
  const shared = [...deck.keys()].map((key) => key.toLowerCase()).filter((key) => key in inspector);
  assert.ok(shared.length > 5);
  for (const [key, { do: act }] of deck) {
    const there = inspector[key.toLowerCase()];
    if (there) assert.equal(SAME[act] ?? act, there, `the key ${key}`);
  }
});

test("a key on another layout is the one at its place, and one that types a Latin letter is that letter", () => {
  assert.equal(typedKey({ key: "ф", code: "KeyA" }), "a");
  assert.equal(typedKey({ key: "Y", code: "KeyZ" }), "y");
  assert.equal(typedKey({ key: "?", code: "Minus" }), "?");
  assert.equal(typedKey({ key: "ArrowLeft", code: "ArrowLeft" }), "ArrowLeft");
  assert.equal(typedKey({ key: "é", code: "Digit2" }), "é");
});
