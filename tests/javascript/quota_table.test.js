const assert = require("node:assert/strict");
const { beforeEach, mock, test } = require("node:test");
const { fakePage } = require("./fake_page.js");
const { load } = require("./load.js");

const NOW = 1_700_000_000_000;
const ROWS = [
  { value: "task 10", before: 50, available: 40, floor: null, cap: 20, taken: 20, unmet: false },
  { value: "task 9", before: 30, available: 30, floor: 5, cap: null, taken: 30, unmet: false },
];
let page, table, root, sent;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: NOW });
  page = fakePage();
  root = page.document.createElement("div");
  table = load("quota_table", ["typedBound"], page);
  sent = [];
});

const receive = (more = {}) => table.show({
  data: { axis: "task", title: "Task", floor: null, cap: null, rows: ROWS, ack: 0, ...more },
  parentElement: root, setStateValue: (_, edits) => sent.push(edits),
});
const cell = (name) => root.querySelectorAll("[data-cell]").find((one) => one.dataset.cell === name);
const type = (name, text) => { cell(name).value = text; cell(name).fire("change"); };
const values = () => root.querySelectorAll("tr").slice(2).map((row) => row.children[0].textContent);

test("a number that is typed is reported with its axis, value and side", () => {
  receive();
  type("floor task 10", "7");
  assert.deepEqual(sent.at(-1), [{ id: NOW, axis: "task", value: "task 10", side: "floor", number: 7 }]);
});

test("what is typed is reported again with the next edit until the server has heard it", () => {
  receive();
  type("floor task 10", "7");
  type("cap task 9", "8");
  assert.deepEqual(sent.at(-1).map((edit) => edit.number), [7, 8]);
  receive({ ack: sent.at(-1)[0].id });
  type("cap task 10", "9");
  assert.deepEqual(sent.at(-1).map((edit) => edit.number), [8, 9]);
});

test("ids grow even where the clock of the server is ahead", () => {
  receive({ ack: NOW + 5000 });
  type("floor task 10", "7");
  assert.ok(sent.at(-1)[0].id > NOW + 5000);
});

test("a cell shows what was typed while the server has not heard it, then what the server says", () => {
  receive();
  type("floor task 10", "7");
  type("floor task 10", "8");
  receive();
  assert.equal(String(cell("floor task 10").value), "8");
  receive({ ack: NOW + 1 });
  assert.equal(String(cell("floor task 10").value), "");
});

test("an empty cell takes the bound away", () => {
  receive();
  type("cap task 10", "");
  assert.equal(sent.at(-1)[0].number, null);
});

test("a number that is taken back before the server heard it is reported too", () => {
  receive();
  type("floor task 10", "7");
  type("floor task 10", "");
  assert.deepEqual(sent.at(-1).map((edit) => edit.number), [7, null]);
});

test("the same number again is no edit", () => {
  receive();
  type("cap task 10", "20");
  type("floor task 10", "7");
  type("floor task 10", "7");
  assert.equal(sent.length, 1);
});

test("what cannot be a bound changes nothing and gives way to the present one", () => {
  receive();
  for (const text of ["-1", "2e9", "seven"]) {
    type("cap task 10", text);
    assert.equal(String(cell("cap task 10").value), "20");
  }
  assert.deepEqual(sent, []);
});

test("half a number such as 1e, which a browser hands over as empty, takes no bound away", () => {
  receive();
  cell("cap task 10").validity = { badInput: true };
  type("cap task 10", "");
  assert.deepEqual(sent, []);
});

test("a fraction counts down to the whole number", () => {
  assert.equal(table.typedBound({ value: " 7.9 " }), 7);
});

test("rows stay in the server's order until a column is chosen, and numbers in names count as numbers", () => {
  receive();
  assert.deepEqual(values(), ["task 10", "task 9"]);
  cell("sort value").onclick();
  assert.deepEqual(values(), ["task 9", "task 10"]);
  cell("sort value").onclick();
  assert.deepEqual(values(), ["task 10", "task 9"]);
});

test("a column of numbers begins with the largest, and a missing bound comes last", () => {
  receive();
  cell("sort floor").onclick();
  assert.deepEqual(values(), ["task 9", "task 10"]);
});

test("another axis begins unsorted", () => {
  receive();
  cell("sort value").onclick();
  receive({ axis: "dataset" });
  assert.deepEqual(values(), ["task 10", "task 9"]);
});
