const assert = require("node:assert/strict");
const { beforeEach, mock, test } = require("node:test");
const { fakePage } = require("./fake_page.js");
const { load } = require("./load.js");

const DAY = 86_400_000, NOW = 100 * DAY;
const ANN = "here/ann/note/photos-1", BEN = "here/ben/note/photos-1", OTHER_SAMPLE = "here/ann/note/photos-2";
let page, drafts;

/* What a page keeps over a reload is its storage alone. */
const reload = () => { drafts = load("span_editor", ["readDraft", "keepDraft", "dropDraft", "sameDraft"], page); };

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: NOW });
  page = fakePage();
  reload();
});

test("a draft is there after a reload, with the text that it was typed over", () => {
  drafts.keepDraft(ANN, "A dog.", "A cat.");
  reload();
  assert.deepEqual(drafts.readDraft(ANN), { value: "A dog.", base: "A cat.", at: NOW });
});

test("a draft belongs to one person and one sample", () => {
  drafts.keepDraft(ANN, "mine", "");
  assert.equal(drafts.readDraft(BEN), null);
  assert.equal(drafts.readDraft(OTHER_SAMPLE), null);
  drafts.keepDraft(BEN, "Ben's", "");
  drafts.dropDraft(BEN);
  assert.equal(drafts.readDraft(ANN).value, "mine");
});

test("what was saved or discarded does not come back", () => {
  drafts.keepDraft(ANN, "A dog.", "");
  drafts.dropDraft(ANN);
  reload();
  assert.equal(drafts.readDraft(ANN), null);
});

test("a draft is forgotten after thirty days", () => {
  drafts.keepDraft(ANN, "A dog.", "");
  mock.timers.setTime(NOW + 30 * DAY - 1);
  assert.equal(drafts.readDraft(ANN).value, "A dog.");
  mock.timers.setTime(NOW + 30 * DAY);
  assert.equal(drafts.readDraft(ANN), null);
});

test("only the newest two hundred are kept, in whatever order the storage names them", () => {
  for (let number = 0; number < 205; number += 1) {
    mock.timers.setTime(NOW + (number < 200 ? 199 - number : number));
    drafts.keepDraft(`here/ann/note/${number}`, String(Date.now() - NOW), "");
  }
  const values = Object.values({ ...page.localStorage }).map((text) => Number(JSON.parse(text).value));
  assert.equal(values.length, 200);
  assert.equal(Math.min(...values), 5);
});

test("other things in the storage are neither counted nor removed", () => {
  page.localStorage.setItem("winnow-outbox:deck:here:a", "1");
  for (let number = 0; number < 201; number += 1) drafts.keepDraft(`here/ann/note/${number}`, "a", "");
  assert.equal(page.localStorage.getItem("winnow-outbox:deck:here:a"), "1");
});

test("a text of more than 200,000 characters is not kept", () => {
  drafts.keepDraft(ANN, "a".repeat(200_001), "");
  assert.equal(drafts.readDraft(ANN), null);
});

test("an editor without a name keeps nothing", () => {
  drafts.keepDraft("", "A dog.", "");
  assert.deepEqual(Object.keys(page.localStorage), []);
  assert.ok(!drafts.readDraft(""));
});

test("a damaged draft counts as none and does not keep others from being kept", () => {
  page.localStorage.setItem(`winnow-draft:${ANN}`, "{");
  assert.equal(drafts.readDraft(ANN), null);
  for (let number = 0; number < 200; number += 1) drafts.keepDraft(`here/ann/note/${number}`, "a", "");
  assert.equal(page.localStorage.getItem(`winnow-draft:${ANN}`), null, "it counts as the oldest");
});

test("a browser that keeps nothing does no harm", () => {
  const refuse = () => { throw new Error("no storage"); };
  page.localStorage = { setItem: refuse, getItem: refuse, removeItem: refuse };
  reload();
  drafts.keepDraft(ANN, "A dog.", "");
  drafts.dropDraft(ANN);
  assert.equal(drafts.readDraft(ANN), null);
});

test("drafts of marked words are compared by their places", () => {
  assert.ok(drafts.sameDraft({ start: 1, end: 3 }, { start: 1, end: 3 }));
  assert.ok(!drafts.sameDraft({ start: 1, end: 3 }, { start: 1, end: 4 }));
});
