const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./load.js");

const map = load("map", `homeView viewOf zoomAt heldZoom sx sy wx wy boxOf simplified distance readPoints inOrder runsIn
  nearestPoint stackOf placeOf chooseLabels overlaps densityPicture rgb css mix paletteOf rampColour`.split(/\s+/));
const SIZE = { width: 800, height: 600 };
const BOUNDS = [-10, -5, 10, 5];
const near = (one, two, far = 1e-9) => assert.ok(Math.abs(one - two) <= far, `${one} is not ${two}`);

function homed(more = {}) {
  const view = { ...SIZE, ...more };
  return Object.assign(view, map.homeView(view, BOUNDS));
}

test("at home everything is in sight with room around it, in the middle", () => {
  const view = homed();
  assert.deepEqual([view.x, view.y], [0, 0]);
  assert.ok(map.sx(view, -10) > 0 && map.sx(view, 10) < 800 && map.sy(view, 5) > 0 && map.sy(view, -5) < 600);
  near(map.sx(view, 10) - map.sx(view, -10), 0.86 * 800);
});

test("a map of one point has a home too", () => {
  const view = { ...SIZE };
  const home = map.homeView(view, [3, 4, 3, 4]);
  assert.ok(Number.isFinite(home.k) && home.k > 0);
  assert.deepEqual([home.x, home.y], [3, 4]);
});

test("places of the map and of the screen are each other's inverse, with up being up", () => {
  const view = Object.assign(homed(), { x: 2, y: 1, k: 50 });
  near(map.wx(view, map.sx(view, 3.3)), 3.3);
  near(map.wy(view, map.sy(view, -2.2)), -2.2);
  assert.ok(map.sy(view, 2) < map.sy(view, 1));
});

test("zooming keeps the point under the pointer where it is", () => {
  const view = homed();
  for (const [factor, x, y] of [[2, 100, 500], [0.7, 790, 3], [1.5, 400, 300]]) {
    const before = [map.wx(view, x), map.wy(view, y)];
    map.zoomAt(view, factor, x, y);
    near(map.sx(view, before[0]), x, 1e-6);
    near(map.sy(view, before[1]), y, 1e-6);
  }
});

test("zooming ends at half of home and at 400 times it", () => {
  const view = homed();
  map.zoomAt(view, 1e-9, 0, 0);
  assert.equal(view.k, view.home / 2);
  map.zoomAt(view, 1e9, 0, 0);
  assert.equal(view.k, view.home * 400);
});

test("a cluster that is looked at lies in the middle and fits", () => {
  const view = homed();
  for (const box of [[1, 1, 3, 1.5], [1, 1, 1.5, 3]]) {
    Object.assign(view, map.viewOf(view, box));
    near(map.sx(view, (box[0] + box[2]) / 2), 400);
    near(map.sy(view, (box[1] + box[3]) / 2), 300);
    assert.ok(map.sx(view, box[2]) < 800 && map.sy(view, box[3]) > 0);
  }
});

test("the box in view is that of the screen's corners, and a bit more", () => {
  const view = homed(), [left, low, right, high] = map.boxOf(view, 8);
  near(map.sx(view, left), -8);
  near(map.sx(view, right), 808);
  near(map.sy(view, low), 608);
  near(map.sy(view, high), -8);
});

test("a lasso is sent with few corners that follow the drawn line", () => {
  const circle = Array.from({ length: 500 }, (_, at) => [300 + 200 * Math.cos(at / 79.6), 300 + 200 * Math.sin(at / 79.6)]);
  const corners = map.simplified(circle);
  assert.ok(corners.length <= 60 && corners.length >= 12, `${corners.length}`);
  const apart = (point) => Math.min(...corners.slice(1).map((to, at) => map.distance(point, corners[at], to)));
  assert.ok(Math.max(...circle.map(apart)) < 3);
  assert.equal(map.distance([5, 4], [0, 0], [2, 0]), 5, "beyond its end, a line is as far as its end");
});

test("a lasso keeps its ends and its sharp corners, however many corners it has", () => {
  const box = [[0, 0], [50, 0.2], [100, 0], [100, 100], [0, 100]];
  assert.deepEqual(map.simplified(box), [[0, 0], [100, 0], [100, 100], [0, 100]]);
  const zigzag = Array.from({ length: 300 }, (_, at) => [at * 3, at % 2 ? 200 : 0]);
  assert.ok(map.simplified(zigzag).length <= 60);
});

/* Points as the server sends them: x, then y, then the numbers of the samples. */
function points(places, bounds = BOUNDS) {
  const count = places.length, buffer = new ArrayBuffer(12 * count);
  new Float32Array(buffer, 0, count).set(places.map(([x]) => x));
  new Float32Array(buffer, 4 * count, count).set(places.map(([, y]) => y));
  new Uint32Array(buffer, 8 * count, count).set(places.map((_, at) => 1000 + at));
  return map.readPoints(buffer, bounds);
}

const PLACES = [[0, 0], [9, 4], [-9, -4], [0.5, 0.5], [0, 0], [-10, 5], [10, -5]];
const all = () => true;

test("sorting points into cells keeps each sample with its place", () => {
  const sorted = points(PLACES);
  for (const [at, [x, y]] of PLACES.entries()) {
    const place = map.placeOf(sorted, 1000 + at);
    assert.deepEqual([sorted.x[place], sorted.y[place]], [x, y]);
  }
  assert.equal(map.placeOf(sorted, 7), -1);
  assert.equal(map.placeOf(sorted, null), -1);
});

test("colours that come in the server's order go to the same samples", () => {
  const sorted = points(PLACES), codes = map.inOrder(sorted, Uint8Array.from(PLACES, (_, at) => at));
  for (const at of PLACES.keys()) assert.equal(codes[map.placeOf(sorted, 1000 + at)], at);
});

test("the runs of a box hold everything inside it, no point twice, and nothing far outside", () => {
  const many = Array.from({ length: 2000 }, (_, at) => [10 * Math.sin(at), 5 * Math.cos(3 * at)]), sorted = points(many);
  for (const box of [[-3, -2, 4, 1], [-99, -99, 99, 99], [9, 4, 10, 5], [50, 50, 60, 60]]) {
    const found = map.runsIn(sorted, box).flatMap(([from, to]) => Array.from({ length: to - from }, (_, at) => from + at));
    assert.equal(new Set(found).size, found.length);
    for (let at = 0; at < sorted.count; at += 1) {
      const within = (more) => sorted.x[at] >= box[0] - more && sorted.x[at] <= box[2] + more && sorted.y[at] >= box[1] - more && sorted.y[at] <= box[3] + more;
      assert.ok(!within(0) || found.includes(at));
      assert.ok(within(20 / 128) || !found.includes(at) || box[0] > 10, "a cell is as much as may be too much");
    }
  }
});

test("the pointer means the nearest point within reach, of those that are shown", () => {
  const sorted = points(PLACES), number = (at) => (at < 0 ? null : sorted.number[at]);
  assert.equal(number(map.nearestPoint(sorted, 0.4, 0.4, 1, all)), 1003);
  assert.ok([1000, 1004].includes(number(map.nearestPoint(sorted, 0.1, 0.1, 1, all))));
  assert.equal(number(map.nearestPoint(sorted, 5, 0, 1, all)), null);
  assert.ok([1000, 1004].includes(number(map.nearestPoint(sorted, 0.4, 0.4, 1, (at) => sorted.number[at] !== 1003))));
});

test("points at one place are a stack in a fixed order, whichever of them was meant", () => {
  const sorted = points(PLACES), stack = map.stackOf(sorted, map.placeOf(sorted, 1000), 0.1, all);
  assert.deepEqual(stack.map((at) => sorted.number[at]), [1000, 1004]);
  assert.deepEqual(map.stackOf(sorted, map.placeOf(sorted, 1004), 0.1, all), stack);
});

const label = (cluster, x, y, name = `cluster ${cluster}`) => ({ cluster, x, y, name, size: 10, box: [x - 4, y - 4, x + 4, y + 4] });
const width = (text) => 8 * text.length;

test("names on the map do not overlap, and the chosen cluster is named before larger ones", () => {
  const labels = [label(1, 0, 0), label(2, 0.1, 0), label(3, 6, 2)];
  const named = (current) => map.chooseLabels(labels, homed(), width, current).map((one) => one.label.cluster);
  assert.deepEqual(named(null), [1, 3]);
  assert.deepEqual(named(2), [2, 3]);
});

test("a name at the edge is moved into the picture, and one outside is left out", () => {
  const view = homed(), [first] = map.chooseLabels([label(1, -11.4, 0)], view, width, null);
  assert.ok(first.x - width(first.text) / 2 >= 0);
  assert.deepEqual(map.chooseLabels([label(1, -20, 0)], view, width, null), []);
});

test("from afar a name has its first two words, near by all of them", () => {
  const view = homed(), labels = [label(1, 0, 0, "dog, park, grass")], text = () => map.chooseLabels(labels, view, width, null)[0].text;
  assert.equal(text(), "dog, park");
  view.k *= 3;
  assert.equal(text(), "dog, park, grass");
});

test("the picture of density is coloured where points lie and clear elsewhere", () => {
  const sorted = points([[0, 0], [0, 0], [0, 0]]), palette = map.paletteOf({ kind: "scale" }, { dark: false, missing: [0, 0, 0] }, new Set());
  const colours = { palette, codes: new Uint8Array(3), levels: null, faint: [9, 9, 9] };
  const { wide, high, pixels } = map.densityPicture(sorted, [[0, 3]], homed(), colours, {}, 1);
  const alpha = (column, row) => pixels[(row * wide + column) * 4 + 3];
  assert.deepEqual([wide, high], [400, 300]);
  assert.ok(alpha(200, 150) > 100);
  assert.equal(alpha(20, 20), 0);
  assert.deepEqual([...pixels.slice((150 * wide + 200) * 4, (150 * wide + 200) * 4 + 3)], map.rgb("#e2b544"));
});

test("colours of a theme are read in both ways that browsers write them", () => {
  assert.deepEqual(map.rgb("#0f766e"), [15, 118, 110]);
  assert.deepEqual(map.rgb("rgb(15, 118, 110)"), [15, 118, 110]);
  assert.deepEqual(map.rgb("rebeccapurple"), [128, 128, 128]);
  assert.equal(map.css([1, 2, 3], 0.5), "rgb(1 2 3 / 0.5)");
});

test("a colour that the legend hides is clear, and a missing value has its own", () => {
  const theme = { dark: false, missing: [7, 8, 9] };
  const legend = { kind: "entries", entries: [{ code: 0, tone: "good" }, { code: 1, tone: "none" }] };
  const table = map.paletteOf(legend, theme, new Set([1]));
  assert.deepEqual([...table.slice(0, 8)], [...map.rgb("#2f9e6b"), 255, 7, 8, 9, 0]);
  assert.deepEqual([...table.slice(255 * 4)], [7, 8, 9, 255]);
});

test("a scale goes from its first colour to its last", () => {
  assert.deepEqual(map.rampColour(0, { dark: false }), map.rgb("#e2b544"));
  assert.deepEqual(map.rampColour(1.5, { dark: false }), map.rgb("#3d2a78"));
});
