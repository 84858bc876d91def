const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./load.js");

const { Board, Plot, Scale, short, percent } = load("thresholds", ["Board", "Plot", "Scale", "short", "percent"]);
const edges = (from, to, bins) => Array.from({ length: bins + 1 }, (_, at) => from + ((to - from) * at) / bins);
const SHARE = new Scale(edges(0, 1, 48), false);
const UNEVEN = new Scale([0, 1, 10, 100], false);
const WHOLE = new Scale(edges(0, 96, 48), true);

test("a value stands at its place on the scale, to an eighth of a bin", () => {
  for (const scale of [SHARE, UNEVEN]) {
    for (const place of [0, 0.1, 0.37, 0.5, 0.99, 1]) {
      const value = scale.value(place, "low");
      assert.ok(Math.abs(scale.place(value) - place) <= 1 / (8 * scale.bins) + 1e-9, `${place} gives ${value}`);
    }
  }
});

test("bins are equally wide on the screen, whatever their width in values", () => {
  assert.deepEqual([0, 1, 10, 100].map((value) => Number(UNEVEN.place(value).toFixed(6))), [0, 0.333333, 0.666667, 1]);
  assert.equal(UNEVEN.place(5.5), 0.5);
  assert.deepEqual(UNEVEN.bar(1), [1 / 3, 2 / 3]);
});

test("places beyond the ends of the scale are its ends", () => {
  assert.equal(SHARE.place(-3), 0);
  assert.equal(SHARE.place(7), 1);
  assert.equal(SHARE.value(-0.5, "low"), 0);
  assert.equal(SHARE.value(1.5, "high"), 1);
});

test("a value has no more digits than its bin can show", () => {
  assert.equal(SHARE.value(1 / 3, "low"), 0.333);
  assert.equal(UNEVEN.value(0.9, "low"), 70);
});

test("a metric of whole numbers is cut at whole numbers", () => {
  for (const place of [0.1, 0.333, 0.77]) assert.ok(Number.isInteger(WHOLE.value(place, "low")));
});

test("the highest kept whole number ends where the next one begins, and is read off there", () => {
  assert.equal(WHOLE.line(10, "high"), WHOLE.place(11));
  assert.equal(WHOLE.line(10, "low"), WHOLE.place(10));
  for (const side of ["low", "high"]) assert.equal(WHOLE.value(WHOLE.line(10, side), side), 10);
});

test("the bar of a whole number in narrow bins reaches from it up to the next number", () => {
  const narrow = new Scale(edges(0.1, 4.1, 16), true);
  assert.deepEqual(narrow.bar(3).map((share) => Number(share.toFixed(6))), [0.225, 0.475]);
});

test("numbers are short, and very large and very small ones have a power", () => {
  assert.deepEqual([0.123456, 1234.56, 0, 1e7, 0.00001, null].map(short), ["0.1235", "1234.56", "0", "1.00e+7", "1.00e-5", ""]);
  assert.equal(percent(1, 3), "33.3 %");
  assert.equal(percent(0, 0), "0.0 %");
});

/* A plot or board as it is between two events, without what it draws. */
const plot = (cut, scale = SHARE) => Object.assign(Object.create(Plot.prototype), { metric: { name: "a", scale }, board: { cut: () => cut } });
const board = (more) => Object.assign(Object.create(Board.prototype), {
  cuts: [], flags: [], last: {}, focus: {}, trail: [], seq: 0, waiting: 0, said: [],
  ask() {}, paint() {}, refocus() {}, expect() {}, tell(said) { this.said.push(said); }, ...more,
});

test("a handle beyond the end of the scale cuts nothing", () => {
  const free = plot({ low: null, high: null });
  assert.equal(free.at("low", -0.01), null);
  assert.equal(free.at("high", 1.01), null);
  assert.equal(free.at("low", 0), 0);
});

test("a handle stops at the other one", () => {
  assert.equal(plot({ low: null, high: 0.4 }).at("low", 0.9), 0.4);
  assert.equal(plot({ low: 0.4, high: null }).at("high", 0.1), 0.4);
  assert.equal(plot({ low: 0.4, high: null }).at("high", 0.5), 0.5);
});

test("a cut is added at the end, changed in its place, and gone with its last side", () => {
  const one = board({});
  one.set("a", 1, null);
  one.set("b", null, 2);
  one.set("a", 3, null);
  assert.deepEqual(one.cuts, [{ metric: "a", low: 3, high: null }, { metric: "b", low: null, high: 2 }]);
  one.set("a", null, null);
  assert.deepEqual(one.cuts.map((cut) => cut.metric), ["b"]);
});

test("a move changes one side and keeps the other", () => {
  const one = board({ cuts: [{ metric: "a", low: 1, high: 5 }] });
  one.move({ name: "a" }, "low", 2, 0);
  assert.deepEqual(one.cuts, [{ metric: "a", low: 2, high: 5 }]);
  assert.deepEqual(one.focus, { kind: "threshold", name: "a" });
});

test("a metric that is switched off and on again has its cut again, and its suggestion the first time", () => {
  const one = board({}), metric = { name: "a", start: { low: 0.2, high: null } };
  one.toggle(metric);
  assert.deepEqual(one.cut("a"), { metric: "a", low: 0.2, high: null });
  one.move(metric, "low", 0.3, 0);
  one.toggle(metric);
  assert.deepEqual(one.cuts, []);
  one.toggle(metric);
  assert.equal(one.cut("a").low, 0.3);
});

test("filters change places within their kind, and never leave the funnel", () => {
  const cuts = ["a", "b", "c"].map((metric) => ({ metric, low: 0, high: null })), one = board({ cuts, flags: ["x", "y"] });
  const order = () => one.cuts.map((cut) => cut.metric).join("");
  one.reorder({ kind: "threshold", name: "c" }, (_, at) => at - 1);
  assert.equal(order(), "acb");
  one.reorder({ kind: "threshold", name: "a" }, (list) => list.indexOf("b"));
  assert.equal(order(), "cba");
  one.reorder({ kind: "threshold", name: "c" }, (_, at) => at - 1);
  assert.equal(order(), "cba");
  one.reorder({ kind: "flag", name: "x" }, (_, at) => at + 1);
  assert.deepEqual(one.flags, ["y", "x"]);
});

test("each report has the next number, and what the board showed before", () => {
  const one = board({ seq: 4, trail: [{ cuts: [], flags: [] }] });
  one.set("a", 1, null);
  one.commit();
  one.set("a", 2, null);
  one.commit();
  assert.deepEqual(one.said.map((said) => said.seq), [5, 6]);
  assert.deepEqual(one.said[0].trail.map((shown) => shown.cuts.length), [0]);
  assert.deepEqual(one.said[1].trail.map((shown) => shown.cuts[0]?.low), [undefined, 1]);
});

test("a long series of moves remembers what the server showed and the latest ones", () => {
  const one = board({ trail: [{ cuts: [], flags: [] }] });
  for (let move = 1; move <= 60; move += 1) {
    one.set("a", move, null);
    one.commit();
  }
  const { trail } = one.said.at(-1);
  assert.equal(trail[0].cuts.length, 0);
  assert.equal(trail.at(-1).cuts[0].low, 59);
  assert.ok(trail.length <= 22);
});
