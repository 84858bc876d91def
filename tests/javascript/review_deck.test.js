const assert = require("node:assert/strict");
const { beforeEach, mock, test } = require("node:test");
const { FakeElement, fakePage } = require("./fake_page.js");
const { load } = require("./load.js");

const NOW = 1_700_000_000_000;
let page, root, deck, reports, asked, data;

const item = (no, more = {}) => ({ no, key: `photos-${no}`, html: `sample ${no}`, images: [], turns: 3, marks: 0, dropped: [], note: "", verdict: "", open: true, ...more });
const items = (...numbers) => numbers.map((no) => item(no));

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date", "setTimeout", "setInterval"], now: NOW });
  asked = [];
  page = fakePage({ fetch: async (address, given) => { asked.push([address, given?.body]); return { ok: true, status: 200 }; } });
  opened();
});

/* A tab as it is after it was opened or reloaded: what the page keeps is its storage alone. */
function opened() {
  for (const target of [page.document, page.window]) target.listeners = {};
  root = page.document.createElement("div");
  deck = load("review_deck", ["PASSING"], page);
  reports = [];
  data = { deck: "all", workspace: "here", who: "ann", holder: "tab", ack: 0, heard: 0, given: 1, safe: 60_000, refused: "", jump: 0,
    sign: 30_000, reasons: [], guidelines: "", before: null, items: items(1, 2, 3), empty: "done", known: {} };
}

function receive(more = {}) {
  Object.assign(data, more);
  return deck.show({ data: { ...data }, parentElement: root, setStateValue: (_, acts) => reports.push(acts) });
}

/* In small steps: the clock of the fake timers jumps to the end of each. */
function wait(milliseconds) {
  for (let left = milliseconds; left > 0; left -= 500) mock.timers.tick(Math.min(left, 500));
}

/* The server has stored everything that was reported up to now, and draws the page again. */
const answer = (more = {}) => receive({ ack: reports.at(-1).at(-1).seq, heard: reports.at(-1)[0].again, ...more });
const press = (key, more = {}) => page.document.fire("keydown", { key, ...more });
const shown = () => root.querySelector(".w-deck-stage").textContent;
const words = () => root.querySelector(".w-deck-bar").textContent;
const said = () => reports.at(-1).map((act) => `${act.do} ${act.no ?? ""}`.trim());

test("a decision is reported with its sample and person, and the next sample is there at once", () => {
  receive();
  press("a");
  const [act] = reports.at(-1);
  assert.equal(shown(), "sample 2");
  assert.deepEqual([act.do, act.no, act.key, act.who, act.at], ["approve", 1, "photos-1", "ann", 2]);
  assert.match(words(), /Saving 1/);
});

test("it is signed with the name that the sidebar shows at that moment", () => {
  receive();
  const box = page.document.createElement("div"), field = page.document.createElement("input");
  box.className = "st-key-person";
  page.document.querySelector = (selector) => (selector === ".st-key-person input" ? field : null);
  field.value = " ben ";
  press("a");
  assert.equal(reports.at(-1)[0].who, "ben");
});

test("one report is under way at a time; what was done meanwhile goes out with the next", () => {
  receive();
  press("a");
  press("x");
  press("l");
  assert.equal(reports.length, 1);
  answer({ items: items(2, 3, 4, 5) });
  assert.deepEqual(said(), ["reject 2", "later 3"]);
  assert.equal(shown(), "sample 4");
});

test("what is not acknowledged is said again, in its order and under its id, before what is new", () => {
  receive();
  press("a");
  const [{ id }] = reports[0];
  press("x");
  receive({ heard: reports[0][0].again });
  assert.deepEqual(said(), ["approve 1", "reject 2"]);
  assert.equal(reports.at(-1)[0].id, id);
  assert.ok(reports.at(-1)[0].seq < reports.at(-1)[1].seq);
});

test("while the server is silent the report is said again, at growing distances of at most half a minute", () => {
  receive();
  press("a");
  const times = [];
  for (let second = 1; second <= 120; second += 1) {
    const before = reports.length;
    wait(1000);
    if (reports.length > before) times.push(second);
  }
  assert.deepEqual(times, [4, 12, 28, 58, 88, 118]);
  assert.equal(new Set(reports.map((acts) => acts[0].id)).size, 1);
  assert.equal(new Set(reports.map((acts) => acts[0].again)).size, reports.length, "each try has a number of its own");
});

test("a server that answers again is waited for no longer than at first", () => {
  receive();
  press("a");
  wait(60_000);
  answer({ items: items(2, 3) });
  press("a");
  const before = reports.length;
  wait(4000);
  assert.equal(reports.length, before + 1);
});

test("nothing is said again once it is stored", () => {
  receive();
  press("a");
  answer({ items: items(2, 3) });
  wait(120_000);
  assert.equal(reports.length, 1);
});

test("while the disk is full, the browser says so and tries again every four seconds", () => {
  receive();
  press("a");
  receive({ heard: reports.at(-1)[0].again, refused: "The disk is full." });
  assert.match(root.querySelector(".w-stuck").textContent, /1 decision is not stored yet. The disk is full./);
  assert.equal(reports.length, 1, "not at once: that would go on without an end");
  wait(12_000);
  assert.equal(reports.length, 4);
});

test("what was not stored before a reload is said again, and its sample is not shown as if it were undecided", () => {
  receive();
  press("a");
  const [{ id }] = reports[0];
  opened();
  receive();
  wait(1);
  assert.deepEqual(said(), ["approve 1"]);
  assert.equal(reports.at(-1)[0].id, id);
  assert.equal(reports.at(-1)[0].at, null, "it moves the reloaded page nowhere");
  assert.equal(shown(), "sample 2");
});

test("what is stored is not said again after a reload", () => {
  receive();
  press("a");
  answer({ items: items(2, 3) });
  opened();
  receive({ items: items(2, 3) });
  wait(10_000);
  assert.deepEqual(reports, []);
});

test("looking at samples is not kept over a reload", () => {
  receive();
  press("ArrowRight");
  opened();
  receive();
  wait(1);
  assert.deepEqual(reports, []);
});

test("a page with decisions that are not stored asks before it is left", () => {
  receive();
  assert.equal(page.window.fire("beforeunload").prevented, false);
  press("ArrowRight");
  assert.equal(page.window.fire("beforeunload").prevented, false, "a look is no decision");
  press("a");
  assert.equal(page.window.fire("beforeunload").prevented, true);
});

test("Skip goes on without a decision, and Back returns in the order of what was seen", () => {
  receive();
  press("ArrowRight");
  press("a");
  assert.equal(shown(), "sample 3");
  press("ArrowLeft");
  assert.equal(shown(), "sample 2");
  press("ArrowLeft");
  assert.equal(shown(), "sample 1");
});

test("Back from the first sample goes to the one before it in the queue, where there is one", () => {
  receive({ before: null });
  press("ArrowLeft");
  assert.deepEqual(reports, []);
  receive({ before: 9 });
  press("ArrowLeft");
  assert.deepEqual(reports.at(-1).map((act) => [act.do, act.at]), [["look", 9]]);
});

test("after Back the samples come again in their order", () => {
  receive();
  press("ArrowRight");
  press("ArrowLeft");
  press("ArrowRight");
  assert.equal(shown(), "sample 2");
  press("ArrowRight");
  assert.equal(shown(), "sample 3");
});

test("a decision that is changed counts as the later one, for the sample that is shown", () => {
  receive();
  press("a");
  press("ArrowLeft");
  press("x");
  assert.equal(shown(), "sample 2");
  receive({ heard: reports.at(-1)[0].again });
  assert.deepEqual(said().filter((act) => act.endsWith("1")), ["approve 1", "reject 1"]);
});

test("Undo is an act like another; the sample that the server puts back is open again", () => {
  receive();
  press("a");
  answer({ items: items(2, 3) });
  press("u");
  assert.deepEqual(said(), ["undo"]);
  assert.equal(shown(), "sample 2", "the server says what was undone");
  answer({ items: items(1, 2, 3), jump: 1 });
  assert.equal(shown(), "sample 1");
  press("ArrowRight");
  assert.equal(shown(), "sample 2");
});

test("a sample that was decided a moment ago is not shown again by an answer that was on its way", () => {
  receive();
  press("a");
  press("a");
  receive({ items: items(1, 2, 3, 4) });
  assert.equal(shown(), "sample 3");
  press("ArrowRight");
  assert.equal(shown(), "sample 4");
});

test("who is faster than the server sees that the next one is fetched, and gets it without another key", () => {
  receive({ items: items(1) });
  press("a");
  assert.match(shown(), /Fetching the next sample/);
  press("a");
  assert.match(words(), /The next sample is not here yet: that key did nothing/);
  answer({ items: items(2, 3) });
  assert.equal(shown(), "sample 2");
});

test("Skip on the last sample that is here goes on as soon as there is another, and says so where there is none", () => {
  receive({ items: items(1, 2) });
  press("a");
  press("ArrowRight");
  answer({ items: items(2, 3) });
  assert.equal(shown(), "sample 3");
  answer({ items: items(3) });
  press("ArrowRight");
  assert.match(words(), /This is the last sample that is left/);
  assert.equal(shown(), "sample 3");
});

test("another queue begins anew with its first sample", () => {
  receive();
  press("ArrowRight");
  answer({ deck: "flagged", items: items(7, 8) });
  assert.equal(shown(), "sample 7");
  press("ArrowLeft");
  assert.equal(shown(), "sample 7", "what was seen in the other queue is not before it");
});

test("a sample that was here for too long is confirmed by the server before a key counts for it", () => {
  receive({ safe: 1000 });
  wait(2000);
  press("a");
  assert.equal(shown(), "sample 2");
  press("x");
  assert.deepEqual(said(), ["approve 1"]);
  answer({ given: 2, items: items(2, 3) });
  assert.deepEqual(said(), ["reject 2"]);
});

test("where such a sample is with somebody else now, the key does nothing and says so", () => {
  receive({ safe: 1000 });
  wait(2000);
  press("a");
  press("x");
  answer({ given: 2, items: items(3, 4), jump: 1 });
  assert.equal(shown(), "sample 3");
  assert.deepEqual(said(), ["approve 1"]);
  assert.match(words(), /Another sample is here now: that key did nothing/);
});

test("keys are left alone with Ctrl, in a field, in a dialog, and where they mean nothing", () => {
  receive();
  const field = new FakeElement("textarea");
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { target: field }]) assert.equal(press("a", more).prevented, false);
  assert.equal(press("z").prevented, false);
  const dialog = page.document.createElement("div");
  dialog.setAttribute("role", "dialog");
  page.document.body.append(dialog);
  assert.equal(press("a").prevented, false);
  assert.deepEqual(reports, []);
  assert.equal(shown(), "sample 1");
});

test("a key that is held down decides once, and an arrow goes on and on", () => {
  receive();
  press("A");
  press("a", { repeat: true });
  assert.equal(shown(), "sample 2");
  press("ArrowRight", { repeat: true });
  assert.equal(shown(), "sample 3");
});

test("turns are chosen by letters and numbers, never beyond the last", () => {
  receive();
  const turn = () => { press("d"); answer({ items: [item(1)] }); return reports.at(-1)[0].turn; };
  press("j");
  assert.equal(turn(), 1);
  press("9");
  assert.equal(turn(), 2);
  press("k");
  press("k");
  press("k");
  assert.equal(turn(), 0);
});

test("dropping a turn twice keeps it", () => {
  receive();
  press("2");
  press("d");
  press("d");
  receive({ heard: reports.at(-1)[0].again });
  assert.deepEqual(reports.at(-1).map((act) => [act.do, act.turn, act.verdict]), [["turn", 1, "drop"], ["turn", 1, "keep"]]);
});

const note = () => root.querySelector("form").querySelector("input");
const typed = (text) => { note().value = text; note().fire("input"); };

test("a note is kept while it is typed, for this person and sample, until it is saved", () => {
  receive();
  press("c");
  typed("blurred");
  opened();
  receive({ who: "ben" });
  press("c");
  assert.equal(note().value, "");
  opened();
  receive();
  press("c");
  assert.equal(note().value, "blurred");
  root.querySelector("form").fire("submit");
  assert.deepEqual(reports.at(-1).map((act) => [act.do, act.no, act.text]), [["note", 1, "blurred"]]);
  press("c");
  assert.equal(note().value, "");
});

test("Escape closes the note and keeps what was typed; Discard takes the stored one", () => {
  receive({ items: [item(1, { note: "stored" }), item(2)] });
  press("c");
  assert.equal(note().value, "stored");
  typed("other");
  note().fire("keydown", { key: "Escape" });
  assert.equal(root.querySelector("form").hidden, true);
  press("c");
  assert.equal(note().value, "other");
  root.querySelector("form").querySelectorAll("button").at(-1).onclick();
  assert.equal(note().value, "stored");
});

test("a draft whose stored note was changed since says so", () => {
  receive();
  press("c");
  typed("mine");
  opened();
  receive({ items: [item(1, { note: "theirs" })] });
  press("c");
  assert.match(root.querySelector("form").textContent, /was changed since: “theirs”/);
});

test("the server hears now and then that somebody looks at the sample, but not of a tab in the background", () => {
  receive();
  wait(30_000);
  assert.deepEqual(asked, [["/looking", JSON.stringify({ holder: "tab", no: 1 })]]);
  page.document.visibilityState = "hidden";
  wait(30_000);
  assert.equal(asked.length, 1);
});

test("after a quarter of an hour without a key the sample is left to others", () => {
  receive();
  wait(20 * 60_000);
  assert.equal(asked.length, 30);
});

test("a sample that was lost to somebody else is asked for anew", async () => {
  page.fetch = async () => ({ ok: false, status: 410 });
  opened();
  receive();
  wait(30_000);
  await new Promise(setImmediate);
  assert.deepEqual(reports.at(-1).map((act) => [act.do, act.at]), [["look", 1]]);
});

test("a deck that is closed no longer listens, and says nothing more", () => {
  const close = receive();
  press("a");
  close();
  press("a");
  wait(120_000);
  assert.equal(reports.length, 1);
  assert.deepEqual(asked, []);
});

test("a rejection takes its reason by a number, or in words, and the next sample is there at once", () => {
  receive({ reasons: ["Not in the picture", "Wrong answer"] });
  press("q");
  note().fire("keydown", { key: "2" });
  assert.deepEqual(reports.at(-1).map((act) => [act.do, act.no, act.text]), [["reject", 1, "Wrong answer"]]);
  assert.equal(shown(), "sample 2");
  answer({ items: items(2, 3) });
  press("q");
  note().fire("keydown", { key: "7" });  // no such reason: the number is typed
  typed("7 fingers");
  root.querySelector("form").fire("submit");
  assert.deepEqual(reports.at(-1).map((act) => [act.do, act.no, act.text]).at(-1), ["reject", 2, "7 fingers"]);
});

test("guidelines are shown as text and go by the same key", () => {
  receive({ guidelines: "<b>Reject</b> what nobody can see" });
  press("g");
  const guide = root.querySelector(".w-deck-guide");
  assert.deepEqual([guide.hidden, guide.textContent], [false, "<b>Reject</b> what nobody can see"]);
  press("g");
  assert.equal(guide.hidden, true);
});
