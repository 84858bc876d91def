const assert = require("node:assert/strict");
const { beforeEach, test } = require("node:test");
const { fakePage, FakeElement } = require("./fake_page.js");
const { load } = require("./load.js");

const ID = "here/ann/field/export_note";
let page, fields;

class Watcher { observe() {} disconnect() {} }

beforeEach(() => {
  page = fakePage({
    Element: FakeElement, MutationObserver: Watcher, CSS: { escape: (text) => text },
    Event: class { constructor(type) { this.type = type; } }, FocusEvent: class { constructor(type) { this.type = type; } },
    HTMLInputElement: FakeElement, HTMLTextAreaElement: class {},
  });
  fields = load("drafts", ["classOf", "keepDraft", "readDraft"], page);
});

const show = (saved, shown = {}) => fields.show({ data: { fields: shown, saved } });

/* A field as Streamlit draws it: within an element whose class has the key. */
function drawn(key) {
  const box = page.document.createElement("div"), field = page.document.createElement("input");
  box.className = `st-key-${key}`;
  field.setAttribute("type", "text");
  box.append(field);
  page.document.body.append(box);
  return field;
}

test("a key is found by the class that Streamlit makes of it", () => {
  assert.equal(fields.classOf(" metric/noise.level "), "metric-noise-level");
});

test("what the server has stored is forgotten", () => {
  fields.keepDraft(ID, "A note", "");
  show([[1, ID, "A note"]]);
  assert.equal(fields.readDraft(ID), null);
});

test("what was typed after the stored text stays", () => {
  fields.keepDraft(ID, "A longer note", "");
  show([[1, ID, "A note"]]);
  assert.equal(fields.readDraft(ID).value, "A longer note");
});

test("a field whose content was taken over is forgotten whatever it holds", () => {
  fields.keepDraft(ID, "A note", "");
  show([[1, ID, null]]);
  assert.equal(fields.readDraft(ID), null);
});

test("each word that something is stored counts once: a draft begun later stays", () => {
  show([[1, ID, null]]);
  fields.keepDraft(ID, "Another note", "");
  show([[1, ID, null]]);
  assert.equal(fields.readDraft(ID).value, "Another note");
});

test("what a person types is kept, and what the page itself puts in is not", () => {
  const field = drawn("export_note");
  show([], { export_note: [ID, true] });
  field.value = "by a script";
  page.document.fire("input", { target: field, isTrusted: false });
  assert.equal(fields.readDraft(ID), null);
  field.value = "typed";
  page.document.fire("input", { target: field, isTrusted: true });
  assert.equal(fields.readDraft(ID).value, "typed");
});

test("a field that the page does not name is not kept: it may hold a secret", () => {
  const field = drawn("api_key");
  show([], { export_note: [ID, true] });
  field.value = "sk-1";
  page.document.fire("input", { target: field, isTrusted: true });
  assert.deepEqual(Object.keys(page.localStorage), []);
});
