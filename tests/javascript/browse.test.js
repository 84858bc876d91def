const assert = require("node:assert/strict");
const { beforeEach, test } = require("node:test");
const { load } = require("./load.js");

const NAMES = [
  "Scroller", "TALLEST", "cardColumns", "rowsInSight", "Selection", "RowPages", "valueAt", "shareOf", "rounded", "choiceWith", "choiceOf",
  "nextSort", "readNumber", "rangeText", "card", "tableRow", "tableColumns", "spoken",
];
let browse;
beforeEach(() => { browse = load("browse", NAMES); });

test("a list that fits is scrolled as it is", () => {
  const scroller = new browse.Scroller();
  scroller.resize(5_000, 600);
  assert.equal(scroller.heard(1_234), 1_234);
  assert.equal(scroller.at(1_300), 1_300);
});

test("a list of 665,000 samples fits into an element, and each of them can be reached", () => {
  const scroller = new browse.Scroller(), content = 221_667 * 380;
  scroller.resize(content, 700);
  assert.equal(scroller.drawn, browse.TALLEST);
  assert.equal(scroller.heard(browse.TALLEST - 700), content - 700);
  assert.equal(scroller.heard(0), 0);
  scroller.to(40_000_000);
  assert.equal(scroller.top, 40_000_000);
});

test("the wheel moves such a list by what it says, the scroll bar by its share", () => {
  const scroller = new browse.Scroller();
  scroller.resize(80_000_000, 700);
  const from = scroller.to(1_000_000);
  assert.equal(scroller.heard(from + 120), 1_000_120);
  assert.equal(scroller.at(1_000_120), from + 120);
  const far = scroller.heard(4_000_000);
  assert.ok(Math.abs(far - 40_000_000) < 10_000, String(far));
});

test("a pause puts the scroll bar where it belongs without moving the list", () => {
  const scroller = new browse.Scroller();
  scroller.resize(80_000_000, 700);
  let scrolled = scroller.to(1_000_000);
  for (let step = 0; step < 100; step += 1) scroller.heard((scrolled += 300));
  const place = scroller.top;
  assert.equal(place, 1_030_000);
  const settled = scroller.to(place);
  assert.equal(scroller.top, place);
  assert.ok(settled < scrolled);
});

test("cards fill the width, and at least one stands there", () => {
  assert.deepEqual(browse.cardColumns(790, 180, 10), { columns: 4, wide: 190 });
  assert.deepEqual(browse.cardColumns(90, 180, 10), { columns: 1, wide: 90 });
  assert.deepEqual(browse.cardColumns(350, 180, 10), { columns: 2, wide: 170 });
  assert.deepEqual(browse.cardColumns(350, 300, 10), { columns: 1, wide: 350 });
});

test("rows in sight end with the list", () => {
  assert.deepEqual(browse.rowsInSight(1_000, 500, 100, 1_000, 2), [8, 17]);
  assert.deepEqual(browse.rowsInSight(0, 500, 100, 3, 2), [0, 3]);
  assert.deepEqual(browse.rowsInSight(0, 500, 100, 0, 2), [0, 0]);
});

test("a selection is spans that join and part", () => {
  const selection = new browse.Selection();
  selection.add(5, 10);
  selection.add(10, 12);
  selection.add(0, 2);
  assert.deepEqual(selection.spans, [[0, 2], [5, 12]]);
  selection.toggle(7);
  assert.deepEqual(selection.spans, [[0, 2], [5, 7], [8, 12]]);
  selection.toggle(7);
  selection.add(1, 6);
  assert.deepEqual(selection.spans, [[0, 12]]);
  assert.equal(selection.count, 12);
  selection.remove(0, 665_000);
  assert.equal(selection.count, 0);
});

test("everything is one span, whose first places are known", () => {
  const selection = new browse.Selection();
  selection.add(0, 665_000);
  selection.toggle(1);
  assert.equal(selection.count, 664_999);
  assert.deepEqual(selection.first(3), [0, 2, 3]);
  assert.ok(selection.has(2) && !selection.has(1) && !selection.has(665_000));
});

test("a value of a histogram has a place in its bar, and a place a value", () => {
  const edges = [0, 1, 10, 100];
  assert.equal(browse.valueAt(edges, 0.5), 5.5);
  assert.equal(browse.shareOf(edges, 5.5), 0.5);
  assert.equal(browse.shareOf(edges, -3), 0);
  assert.equal(browse.shareOf(edges, 1_000), 1);
  assert.equal(browse.valueAt(edges, 2), 100);
});

test("an edge that was dragged is as short as its bars are wide", () => {
  assert.equal(browse.rounded(0.123456, [0, 0.5, 1]), 0.12);
  assert.equal(browse.rounded(1234.56, [0, 5_000, 10_000]), 1_235);
});

const facet = (...values) => ({ field: "tag", every: false, values: values.map(([label, state]) => ({ label, state, count: 1 })) });

test("a value is asked for, left out, or neither", () => {
  const before = facet(["a", "in"], ["b", "out"], ["c", ""]);
  assert.deepEqual(browse.choiceWith(before, "c", "in").included, ["a", "c"]);
  assert.deepEqual(browse.choiceWith(before, "a", "out"), { field: "tag", included: [], excluded: ["b", "a"], every: false, low: null, high: null });
  assert.deepEqual(browse.choiceWith(before, "b", "").excluded, []);
});

test("a click on a column sorts numbers by the highest first, names by the first, then back", () => {
  const turns = { name: "turns", numeric: true }, task = { name: "task", numeric: false };
  assert.deepEqual(["", "-turns", "turns"].map((sort) => browse.nextSort(turns, sort)), ["-turns", "turns", ""]);
  assert.deepEqual(["other", "task", "-task"].map((sort) => browse.nextSort(task, sort)), ["task", "-task", ""]);
});

test("an edge that somebody typed is a number or none", () => {
  assert.deepEqual(["0.5", " 1,5 ", "", "x", "1e999"].map(browse.readNumber), [0.5, 1.5, null, null, null]);
  assert.equal(browse.rangeText({ low: null, high: 12_345 }), "≤ 12,345");
});

const row = (more = {}) => ({
  sample: 7, image: 3, asked: "<b>What?</b>", answered: "A cat.", dataset: "d", row: 1, task: "t", language: "en",
  decision: "rejected", flags: 2, turns: 1, images: 1, value: "0.5", values: { sharpness: "12" }, ...more,
});

test("a card has its texts as texts, and says decision, flags and value", () => {
  const made = browse.card(row(), 200);
  assert.equal(made.querySelector(".asked").textContent, "<b>What?</b>");
  assert.equal(made.querySelector("b"), null);
  assert.deepEqual(made.querySelectorAll(".mark").map((mark) => mark.textContent), ["✕", "2", "0.5"]);
  assert.equal(browse.card(row(), 110).querySelector(".asked"), null);
  assert.match(browse.card(row({ image: null, images: 0 }), 200).textContent, /Text only/);
  assert.equal(browse.spoken(row(), false), "Sample 7, rejected, 2 flags: ");
  assert.match(browse.card(row(), 110).textContent, /<b>What\?<\/b>/);
});

test("a row of the table has every column, also before its sample has come", () => {
  const columns = browse.tableColumns([{ name: "task", title: "Task", numeric: false }, { name: "sharpness", title: "Sharpness", numeric: true }]);
  const texts = browse.tableRow(row(), columns).querySelectorAll(".cell").map((cell) => cell.textContent);
  assert.deepEqual(texts.slice(2), ["<b>What?</b>", "A cat.", "t", "12"]);
  assert.equal(browse.tableRow(undefined, columns).querySelectorAll(".cell").length, 6);
});

test("pages of rows that were not looked at for long are forgotten, and an answer about another list is passed over", async () => {
  const page = new browse.RowPages((start) => `/rows?start=${start}`, () => {});
  page.begin("a", [row()]);
  for (let number = 1; number < 60; number += 1) page.pages.set(number, [row()]);
  page.need(60, 61);
  assert.equal(page.pages.size, 40);
  assert.equal(page.row(60).sample, 7);
  assert.equal(page.row(100_000), undefined);
});
