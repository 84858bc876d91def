const assert = require("node:assert/strict");
const { test } = require("node:test");
const { fakePage } = require("./fake_page.js");
const { load } = require("./load.js");

const page = fakePage();
const { fitted, opening, zoomedAt, Splitter } = load("review_deck", ["fitted", "opening", "zoomedAt", "Splitter"], page);
const frame = { width: 600, height: 400 };

test("a picture is shown whole and in the middle, a small one enlarged up to four times", () => {
  assert.deepEqual(fitted({ width: 1200, height: 400 }, frame), { k: 0.5, x: 0, y: 100 });
  assert.deepEqual(fitted({ width: 50, height: 50 }, frame), { k: 4, x: 200, y: 100 });
});

test("a long page opens at its top in full width, a panorama at its left in full height", () => {
  assert.deepEqual(opening({ width: 300, height: 3000 }, frame), { k: 2, x: 0, y: 0 });
  assert.deepEqual(opening({ width: 8000, height: 400 }, frame), { k: 1, x: 0, y: 0 });
  assert.deepEqual(opening({ width: 1200, height: 800 }, frame), { k: 0.5, x: 0, y: 0 });
});

test("zooming keeps what is under the pointer there", () => {
  const picture = { width: 1200, height: 800 }, before = fitted(picture, frame);
  const after = zoomedAt(before, 2, 150, 300, picture, frame);
  const under = (place, x, y) => [(x - place.x) / place.k, (y - place.y) / place.k];
  assert.deepEqual(under(after, 150, 300), under(before, 150, 300));
});

test("zooming ends at the whole picture, or pixel by pixel where that is smaller, and at sixteen times", () => {
  const picture = { width: 1200, height: 800 }, small = { width: 60, height: 40 };
  assert.deepEqual(zoomedAt(fitted(picture, frame), 0.01, 0, 0, picture, frame), fitted(picture, frame));
  assert.equal(zoomedAt(fitted(small, frame), 0.01, 0, 0, small, frame).k, 1);
  assert.equal(zoomedAt(fitted(picture, frame), 99, 0, 0, picture, frame).k, 16);
});

test("no side is left empty while the picture could fill it", () => {
  const picture = { width: 1200, height: 800 };
  const corner = zoomedAt({ k: 1, x: -600, y: -400 }, 0.6, 600, 400, picture, frame);
  assert.ok(corner.x <= 0 && corner.x + picture.width * corner.k >= frame.width);
  assert.ok(corner.y <= 0 && corner.y + picture.height * corner.k >= frame.height);
});

test("the line between both sides goes with the arrow keys, within bounds, and is where it was next time", () => {
  const stage = page.document.createElement("div"), line = page.document.createElement("div");
  line.className = "w-deck-split";
  stage.append(line);
  const splitter = new Splitter(stage);
  const press = (key) => stage.fire("keydown", { key, target: line });
  for (let times = 0; times < 3; times += 1) press("ArrowRight");
  assert.equal(line.getAttribute("aria-valuenow"), "66");
  for (let times = 0; times < 50; times += 1) press("ArrowLeft");
  assert.equal(splitter.share, 25);
  assert.equal(new Splitter(page.document.createElement("div")).share, 25);
});
