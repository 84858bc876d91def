const assert = require("node:assert/strict");
const { beforeEach, test } = require("node:test");
const { FakeElement } = require("./fake_page.js");
const { load } = require("./load.js");

const { listen } = load("map", ["listen"]);
let host, said, hand;

/* Everything that the hand may say, as [what, ...with what]. */
const act = new Proxy({}, { get: (_, name) => (...given) => { said.push([name, ...given]); } });

beforeEach(() => {
  host = new FakeElement("div");
  said = [];
  hand = listen(host, { width: 800, height: 600 }, act);
  said = [];
});

const pointer = (kind, [x, y], more = {}) => host.fire(`pointer${kind}`, { clientX: x, clientY: y, pointerId: 1, button: 0, ...more });
const heard = (name) => said.filter(([one]) => one === name);

function drag(line, more = {}) {
  pointer("down", line[0], more);
  for (const at of line.slice(1)) pointer("move", at);
  pointer("up", line.at(-1));
}

test("dragging moves the map by as much as the pointer moved", () => {
  drag([[100, 100], [110, 105], [130, 105]]);
  assert.deepEqual(heard("pan"), [["pan", 10, 5], ["pan", 20, 0]]);
  assert.deepEqual(heard("click"), []);
});

test("a press that hardly moves is a click at the place where it began", () => {
  drag([[100, 100], [102, 101]]);
  assert.deepEqual(heard("click"), [["click", [100, 100]]]);
  assert.deepEqual(heard("pan"), []);
});

test("another button than the first does nothing", () => {
  drag([[100, 100], [150, 150]], { button: 2 });
  assert.deepEqual(said.filter(([name]) => name !== "hover"), []);
});

const LINE = [[100, 100], [200, 100], [200, 200]];

test("a lasso selects along the line that was drawn and then lays the tool down", () => {
  hand.choose("lasso");
  drag(LINE);
  assert.deepEqual(heard("select"), [["select", LINE]]);
  assert.deepEqual(heard("draft").at(-1), ["draft", null]);
  assert.equal(host.dataset.tool, "pan");
});

test("with Shift a drag is a lasso at once", () => {
  drag(LINE, { shiftKey: true });
  assert.deepEqual(heard("select"), [["select", LINE]]);
});

test("a box selects its four corners, wherever the pointer went in between", () => {
  hand.choose("box");
  drag([[100, 100], [300, 20], [200, 150]]);
  assert.deepEqual(heard("select"), [["select", [[100, 100], [200, 100], [200, 150], [100, 150]]]]);
});

test("a click with the lasso opens a sample and selects nothing", () => {
  hand.choose("lasso");
  drag([[100, 100]]);
  assert.deepEqual(heard("click"), [["click", [100, 100]]]);
  assert.deepEqual(heard("select"), []);
});

test("Escape gives a lasso up; once more, it clears the selection", () => {
  hand.choose("lasso");
  pointer("down", [100, 100]);
  pointer("move", [200, 200]);
  host.fire("keydown", { key: "Escape" });
  pointer("up", [200, 300]);
  assert.deepEqual(heard("select"), []);
  assert.deepEqual(heard("clear"), []);
  host.fire("keydown", { key: "Escape" });
  assert.deepEqual(heard("clear"), [["clear"]]);
});

test("a gesture that the system takes away selects nothing", () => {
  hand.choose("lasso");
  pointer("down", [100, 100]);
  pointer("move", [200, 200]);
  pointer("cancel", [200, 200]);
  assert.deepEqual(heard("select"), []);
  pointer("move", [300, 300]);
  assert.deepEqual(heard("hover"), [["hover", [300, 300]]]);
  drag(LINE, { pointerId: 2 });
  assert.deepEqual(heard("select"), [["select", LINE]], "the pointer that was taken away is no second finger");
});

test("two fingers zoom by how far they move apart, around the middle between them", () => {
  pointer("down", [300, 300]);
  pointer("down", [500, 300], { pointerId: 2 });
  pointer("move", [700, 300], { pointerId: 2 });
  pointer("move", [1100, 300], { pointerId: 2 });
  assert.deepEqual(heard("zoom"), [["zoom", 2, 500, 300], ["zoom", 2, 700, 300]]);
  pointer("up", [700, 300], { pointerId: 2 });
  pointer("up", [300, 300]);
  assert.deepEqual(heard("click"), []);
});

test("the wheel zooms around the pointer, nearer when it is turned away", () => {
  const event = host.fire("wheel", { deltaY: -100, deltaMode: 0, clientX: 10, clientY: 20 });
  const [[, factor, x, y]] = heard("zoom");
  assert.ok(factor > 1 && event.prevented);
  assert.deepEqual([x, y], [10, 20]);
});

test("lines of a wheel count as more than pixels", () => {
  host.fire("wheel", { deltaY: 1, deltaMode: 0, clientX: 0, clientY: 0 });
  host.fire("wheel", { deltaY: 1, deltaMode: 1, clientX: 0, clientY: 0 });
  const [pixel, line] = heard("zoom").map(([, factor]) => factor);
  assert.ok(line < pixel);
});

test("keys move, zoom and choose tools, in either case", () => {
  for (const key of ["ArrowLeft", "+", "0", "L", "b", "p"]) host.fire("keydown", { key });
  assert.deepEqual(said, [["pan", 60, 0], ["zoom", 1.5, 400, 300], ["home"], ["tool", "lasso"], ["tool", "box"], ["tool", "pan"]]);
});

test("keys with Ctrl, and keys that mean nothing here, are left to the browser", () => {
  assert.ok(!host.fire("keydown", { key: "l", ctrlKey: true }).prevented);
  assert.ok(!host.fire("keydown", { key: "u" }).prevented);
  assert.deepEqual(said, []);
});
