/* Watches text fields that Streamlit draws: what is typed into them is kept, and put back where it was lost. */
let fields = {}, seen = 0;
/* What was put back, by key of the field, until the user does anything: Streamlit may draw the old value over it. */
const restored = new Map();
const MOST = 4; // times that a draft is put back: a field that never takes its text keeps its own
const STREAMLIT = "input[type=text], input[type=number], textarea";

function fieldOf(target) {
  if (!(target instanceof Element) || !target.matches(STREAMLIT)) return null;
  return Object.keys(fields).find((key) => target.closest(`.st-key-${CSS.escape(classOf(key))}`)) ?? null;
}

const classOf = (key) => key.trim().replace(/[^a-zA-Z0-9_-]/g, "-");

/* As if it was typed: Streamlit listens to the events of the field. */
function fill(element, text, commits) {
  const kind = element.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(element, text);
  element.dispatchEvent(new Event("input", { bubbles: true }));
  if (commits) element.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
}

function restore() {
  const back = [];
  for (const [key, [id, commits]] of Object.entries(fields)) {
    /** @type {HTMLInputElement | null | undefined} */
    const element = document.querySelector(`.st-key-${CSS.escape(classOf(key))}`)?.querySelector(STREAMLIT);
    const draft = readDraft(id);
    if (!element) continue;
    if (element.dataset.draft === id) {
      const put = restored.get(key);
      if (draft && put && element.value === put.before && put.times++ < MOST) fill(element, draft.value, commits);
      continue;
    }
    element.dataset.draft = id;
    if (!draft || draft.value === element.value || document.activeElement === element) continue;
    const before = element.value;
    restored.set(key, { before, times: 1 });
    fill(element, draft.value, commits);
    back.push({ id, element, before, commits });
  }
  if (!back.length) return;
  const labels = back.map(({ element }) => element.getAttribute("aria-label") ?? "a field").join(", ");
  sayDraft(`Draft restored: ${labels}.`, ["Discard", () => back.forEach(({ id, element, before, commits }) => { fill(element, before, commits); dropDraft(id); })]);
}

/** @type {Component<DraftsData>} */
export default function ({ data }) {
  fields = data.fields;
  for (const [at, id, value] of data.saved) {
    const draft = at > seen && readDraft(id);
    if (draft && (value === null || sameDraft(draft.value, value))) dropDraft(id);
    seen = Math.max(seen, at);
  }
  const typed = (event) => {
    const key = fieldOf(event.target);
    if (key && event.isTrusted) keepDraft(fields[key][0], event.target.value, "");
  };
  const act = () => restored.clear();
  const acts = ["pointerdown", "keydown"];
  for (const kind of acts) document.addEventListener(kind, act, true);
  document.addEventListener("input", typed, true);
  const drawn = new MutationObserver(() => restore());
  drawn.observe(document.body, { childList: true, subtree: true, attributeFilter: ["value"] });
  restore();
  return () => {
    for (const kind of acts) document.removeEventListener(kind, act, true);
    document.removeEventListener("input", typed, true);
    drawn.disconnect();
  };
}
