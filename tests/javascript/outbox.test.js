const assert = require("node:assert/strict");
const { beforeEach, mock, test } = require("node:test");
const { fakePage, fakeStorage } = require("./fake_page.js");
const { load } = require("./load.js");

const MINUTE = 60_000;
let page;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  page = fakePage();
});

/* A tab as it is after it was opened or reloaded: what a page keeps is its storage alone. */
function opened(kind = "deck", workspace = "here") {
  const { Outbox } = load("review_deck", ["Outbox"], page);
  return new Outbox(kind, workspace);
}

const withoutRoom = (storage) => new Proxy(storage, {
  get: (kept, name) => (name === "setItem" ? () => { throw new Error("full"); } : kept[name]),
});

const anotherTab = () => { page = { ...page, sessionStorage: fakeStorage() }; };

test("what is kept is there after the tab was reloaded", () => {
  const first = opened();
  first.adopt();
  first.keep([{ id: 1 }, { id: 2 }]);
  assert.deepEqual(opened().adopt(), [{ id: 1 }, { id: 2 }]);
});

test("what was adopted once is kept under the new load's name, and by nobody else", () => {
  const first = opened();
  first.adopt();
  first.keep([{ id: 1 }]);
  opened().adopt();
  assert.equal(Object.keys(page.localStorage).length, 1);
  assert.deepEqual(opened().adopt(), [{ id: 1 }]);
});

test("an outbox whose entries are all stored leaves nothing behind", () => {
  const box = opened();
  box.keep([{ id: 1 }]);
  box.keep([]);
  assert.deepEqual(Object.keys(page.localStorage), []);
});

test("what another tab keeps that is still at work is left to it", () => {
  opened().keep([{ id: 1 }]);
  anotherTab();
  assert.deepEqual(opened().adopt(), []);
  assert.equal(Object.keys(page.localStorage).length, 1);
});

test("what a tab left that is gone is adopted by the next one", () => {
  opened().keep([{ id: 1 }]);
  anotherTab();
  mock.timers.setTime(1_000_000 + 2 * MINUTE);
  assert.deepEqual(opened().adopt(), [{ id: 1 }]);
});

test("what several tabs left comes in the order in which it was done", () => {
  opened().keep([{ id: "late" }]);
  const [name] = Object.keys(page.localStorage);
  page.localStorage.setItem("winnow-outbox:deck:here:~older", JSON.stringify({ at: 500_000, entries: [{ id: "early" }] }));
  assert.ok(name < "winnow-outbox:deck:here:~older", "the order of names alone would be another one");
  anotherTab();
  mock.timers.setTime(1_000_000 + 2 * MINUTE);
  assert.deepEqual(opened().adopt().map((entry) => entry.id), ["early", "late"]);
});

test("an outbox of another kind or another workspace is left alone", () => {
  opened("flags").keep([{ id: 1 }]);
  opened("deck", "there").keep([{ id: 2 }]);
  anotherTab();
  mock.timers.setTime(1_000_000 + 2 * MINUTE);
  assert.deepEqual(opened().adopt(), []);
});

test("a browser that keeps nothing does no harm", () => {
  const refuse = () => { throw new Error("no storage"); };
  page.localStorage = { setItem: refuse, getItem: refuse, removeItem: refuse };
  const box = opened();
  box.keep([{ id: 1 }]);
  assert.deepEqual(box.adopt(), []);
});

test("what finds no room under its new name stays under the old one", () => {
  const first = opened();
  first.adopt();
  first.keep([{ id: 1 }]);
  page.localStorage = withoutRoom(page.localStorage);
  assert.deepEqual(opened().adopt(), [{ id: 1 }]);
  mock.timers.setTime(1_000_000 + 2 * MINUTE);
  assert.deepEqual(opened().adopt(), [{ id: 1 }], "a later load finds it again");
});

test("one outbox that cannot be read does not keep the others from being adopted", () => {
  page.localStorage.setItem("winnow-outbox:deck:here:broken", "{");
  page.localStorage.setItem("winnow-outbox:deck:here:fine", JSON.stringify({ at: 1, entries: [{ id: 1 }] }));
  assert.deepEqual(opened().adopt(), [{ id: 1 }]);
});
