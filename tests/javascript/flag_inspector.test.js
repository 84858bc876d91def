const assert = require("node:assert/strict");
const { beforeEach, mock, test } = require("node:test");
const { FakeElement, fakePage } = require("./fake_page.js");
const { load } = require("./load.js");

let page, root, inspector, reports, data;

const item = (id) => ({ id, title: `flag ${id}`, tone: "flagged", state: ["", ""], where: "photos, row 1", metric: "clip", reason: "", blocks: [] });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date", "setTimeout"], now: 1_700_000_000_000 });
  page = fakePage();
  opened();
});

/* A tab as it is after it was opened or reloaded: what the page keeps is its storage alone. */
function opened() {
  for (const target of [page.document, page.window]) target.listeners = {};
  root = page.document.createElement("div");
  inspector = load("flag_inspector", [], page);
  reports = [];
  data = { items: ["a", "b", "c", "d"].map(item), order: ["a", "b", "c", "d"], current: "a", place: 0, total: 40, acks: [], refused: "", who: "ann", workspace: "here" };
}

function receive(more = {}) {
  Object.assign(data, more);
  return inspector.show({ data: { ...data }, parentElement: root, setStateValue: (_, outbox) => reports.push(outbox) });
}

/* The server has stored all that was reported, and shows the flag where the browser is. */
const answer = (more = {}) => receive({ acks: reports.at(-1).map((entry) => entry.id), ...more });
const press = (key, more = {}) => page.document.fire("keydown", { key, ...more });
const box = () => root.querySelector(".w-inspector");
const shown = () => box().dataset.flag;
const said = () => reports.at(-1).map(({ act, flag, then }) => [act, flag, then]);

test("a decision belongs to the flag on the screen, and the next one is shown at once", () => {
  receive();
  press("y");
  assert.deepEqual(said(), [["confirm", "a", "b"]]);
  assert.equal(reports[0][0].who, "ann");
  assert.equal(shown(), "b");
});

test("while keys come fast one message is on its way, and the rest goes together a moment later", () => {
  receive();
  press("y");
  press("n");
  press("s");
  assert.equal(reports.length, 1);
  mock.timers.tick(300);
  assert.deepEqual(said(), [["confirm", "a", "b"], ["dismiss", "b", "c"], ["skip", "c", "d"]]);
});

test("what was not heard is said again under the same id, until it is", () => {
  receive();
  press("y");
  mock.timers.tick(2500);
  mock.timers.tick(2500);
  assert.equal(reports.length, 3);
  assert.equal(new Set(reports.map((entries) => entries[0].id)).size, 1);
  assert.equal(new Set(reports.map((entries) => entries[0].again)).size, 3, "each try differs: an equal state is no news");
  answer({ current: "b", place: 1 });
  mock.timers.tick(10_000);
  assert.equal(reports.length, 3);
});

test("a page that is behind does not move who was faster", () => {
  receive();
  press("y");
  press("n");
  receive({ acks: [reports[0][0].id], current: "b", place: 1 });
  assert.equal(shown(), "c");
});

test("when all is heard the server's flag counts", () => {
  receive();
  press("y");
  answer({ current: "d", order: ["c", "d"], place: 3 });
  assert.equal(shown(), "d");
});

test("decisions that were not stored are said again after a reload, and their flags are passed over", () => {
  receive();
  press("y");
  const [{ id }] = reports[0];
  receive();  // the page was drawn while the report was on its way
  opened();
  receive();
  assert.deepEqual(said(), [["confirm", "a", "b"]]);
  assert.equal(reports[0][0].id, id);
  assert.equal(shown(), "b");
});

test("going from flag to flag is not kept over a reload", () => {
  receive();
  press("s");
  opened();
  receive();
  assert.deepEqual(reports, []);
  assert.equal(shown(), "a");
});

test("Undo returns to the flag that was decided last, which may be decided again", () => {
  receive();
  press("y");
  press("n");
  press("u");
  assert.equal(shown(), "b");
  press("y");
  mock.timers.tick(300);
  assert.deepEqual(said().map(([act, flag]) => [act, flag]), [["confirm", "a"], ["dismiss", "b"], ["undo", "b"], ["confirm", "b"]]);
});

test("a flag whose decision was undone is gone to again", () => {
  receive();
  press("y");
  press("u");
  press("s");
  press("ArrowLeft");
  assert.equal(shown(), "a");
});

test("Undo without a decision of this visit asks the server, and waits for it", () => {
  receive();
  press("u");
  assert.deepEqual(said(), [["undo", null, null]]);
  press("y");
  assert.equal(reports.length, 1);
  answer({ current: "c" });
  assert.equal(shown(), "c");
});

test("Back and Skip pass over what was decided a moment ago", () => {
  receive();
  press("s");
  press("y");
  assert.equal(shown(), "c");
  press("ArrowLeft");
  assert.equal(shown(), "a");
  press("ArrowRight");
  assert.equal(shown(), "c");
});

test("Back on the first flag does nothing", () => {
  receive();
  press("ArrowLeft");
  assert.deepEqual(reports, []);
  assert.equal(shown(), "a");
});

test("after the last flag that is here, keys wait for the next ones", () => {
  receive({ items: ["a"].map(item), order: ["a"] });
  press("y");
  assert.ok(box().className.includes("w-waiting"));
  press("n");
  assert.deepEqual(said(), [["confirm", "a", null]]);
  answer({ items: ["e"].map(item), order: ["e"], current: "e" });
  press("n");
  assert.deepEqual(said(), [["dismiss", "e", null]]);
});

test("while a dialog is about to open, no key decides", () => {
  receive();
  press("w");
  press("y");
  mock.timers.tick(300);
  assert.deepEqual(said(), [["adjust", "a", "a"]]);
});

test("a dropped turn is a decision; it is counted while the disk is full", () => {
  receive();
  press("d");
  receive({ refused: "The disk is full." });
  assert.match(root.textContent, /1 decision is not stored yet. The disk is full./);
  assert.equal(page.window.fire("beforeunload").prevented, true);
});

test("the place in the queue follows the flag on the screen", () => {
  receive({ place: 4 });
  press("s");
  assert.match(box().textContent, /6 of 40/);
});

test("keys are left alone in fields, with Ctrl, when held down, and beside a dialog", () => {
  receive();
  for (const more of [{ target: new FakeElement("input") }, { ctrlKey: true }, { repeat: true }]) assert.equal(press("y", more).prevented, false);
  const dialog = page.document.createElement("div");
  dialog.setAttribute("role", "dialog");
  page.document.body.append(dialog);
  assert.equal(press("y").prevented, false);
  assert.deepEqual(reports, []);
});

test("leaving by a click sends what waits", () => {
  receive();
  press("y");
  press("y");
  page.document.fire("pointerdown");
  assert.deepEqual(said().map(([, flag]) => flag), ["a", "b"]);
});
