/* A stretch of a text whose two ends move by words, by characters, or by selecting with the mouse.
   Places are counted in code points, as Python counts them. */
const known = new WeakMap();
const WORD = /[\p{L}\p{N}_'’-]/u;

/** @type {Component<SpanData, SpanSent>} */
export default function ({ data, parentElement, setTriggerValue }) {
  let view = known.get(parentElement);
  if (!view || view.id !== data.id) {
    view = build(parentElement, data);
    known.set(parentElement, view);
  }
  view.save = () => {
    if (view.end <= view.start) return;
    view.isSent = true;
    setTriggerValue("saved", { start: view.start, end: view.end });
  };
  return () => {
    if (view.changed() && !view.isSent) sayDraft("Draft kept.");
    known.delete(parentElement);
  };
}

/** @param {SpanData} data */
function build(root, data) {
  root.querySelector(".w-editor")?.remove();
  const points = Array.from(data.text);
  const box = node("div", "w w-editor"), text = node("div", "w-bubble w-answer w-select");
  const parts = [document.createTextNode(""), node("mark", "w-mark w-mark-now " + data.tone), document.createTextNode("")];
  const save = node("button", "w-act w-act-first", data.action), chosen = node("span", "w-soft w-chosen");
  const draft = readDraft(data.draft), isGood = draft && draft.base === data.text && draft.value.end <= points.length;
  const view = { id: data.id, ...(isGood ? draft.value : { start: data.start, end: data.end }), save: () => {} };
  view.changed = () => view.start !== data.start || view.end !== data.end;
  const isNews = isGood && !carets.has(data.draft), banner = with_(node("div", "w-draft-note"), { role: "status" });
  const changed = () => {
    view.isSent = false;
    carets.set(data.draft, []);
    if (view.changed()) keepDraft(data.draft, { start: view.start, end: view.end }, data.text); else dropDraft(data.draft);
    draw();
  };
  banner.hidden = !isNews;
  if (isNews) {
    const discard = node("button", "w-act", "Discard draft");
    discard.onclick = () => { Object.assign(view, { start: data.start, end: data.end }); banner.hidden = true; changed(); };
    banner.append(`A draft of ${draftTime(draft)}, not saved yet. `, discard);
  }
  const draw = () => {
    parts[0].data = points.slice(0, view.start).join("");
    parts[1].textContent = points.slice(view.start, view.end).join("");
    parts[2].data = points.slice(view.end).join("");
    save.disabled = view.end <= view.start;
    chosen.textContent = view.end > view.start ? `${view.end - view.start} characters, from ${view.start} to ${view.end}`
      : "Nothing is marked: select words with the mouse, or move the end.";
  };
  const move = (side, step, byWord) => { Object.assign(view, moved(points, view, side, step, byWord)); changed(); };
  text.append(...parts);
  text.tabIndex = 0;
  text.setAttribute("aria-label", data.label);
  text.onmouseup = () => { const at = selected(text); if (at) { [view.start, view.end] = at; getSelection().removeAllRanges(); changed(); } };
  box.onkeydown = (event) => {
    if (event.key === "Enter" && event.target.tagName !== "BUTTON") { event.preventDefault(); view.save(); }
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    move(event.shiftKey ? "start" : "end", step, !(event.altKey || event.ctrlKey));
  };
  save.onclick = () => view.save();
  const row = node("div", "w-acts");
  row.append(save, chosen);
  box.append(banner, text, ends(move), row, node("div", "w-soft", "Left and Right move the end by a word, with Shift the start, with Ctrl by a character. Enter saves."));
  root.append(box);
  draw();
  requestAnimationFrame(() => text.focus());
  return view;
}

function ends(move) {
  const row = node("div", "w-ends");
  for (const side of ["start", "end"]) {
    const group = node("span", "w-end");
    group.append(node("b", "", side === "start" ? "Start" : "End"));
    for (const [sign, step, byWord, words] of [["⇤", -1, true, "a word back"], ["‹", -1, false, "a character back"],
      ["›", 1, false, "a character on"], ["⇥", 1, true, "a word on"]]) {
      const button = node("button", "w-act", sign);
      button.setAttribute("aria-label", `${side}: ${words}`);
      button.title = `${side === "start" ? "Start" : "End"} ${words}`;
      button.onclick = () => move(side, step, byWord);
      group.append(button);
    }
    row.append(group);
  }
  return row;
}

/* The stretch after one of its ends was moved; the other end goes along rather than being crossed. */
function moved(points, { start, end }, side, step, byWord) {
  const from = side === "start" ? start : end;
  const to = clamp(byWord ? wordFrom(points, from, step) : from + step, 0, points.length);
  return side === "start" ? { start: to, end: Math.max(end, to) } : { start: Math.min(start, to), end: to };
}

/* The nearest edge of a word in that direction; the first or last place where there is none. */
function wordFrom(points, at, step) {
  let to = at + step;
  while (to > 0 && to < points.length && WORD.test(points[to - 1]) === WORD.test(points[to])) to += step;
  const edge = to > 0 && to < points.length && (step > 0 ? WORD.test(points[to - 1]) : WORD.test(points[to]));
  return edge || to <= 0 || to >= points.length ? to : wordFrom(points, to, step);
}

/* First and last place of the mouse's selection within the text; null where there is none. */
function selected(text) {
  const chosen = getSelection();
  if (!chosen.rangeCount || chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return null;
  const range = chosen.getRangeAt(0), before = range.cloneRange();
  before.selectNodeContents(text);
  before.setEnd(range.startContainer, range.startOffset);
  return placesOf(before.toString(), range.toString());
}

/* The places of words that stand after others, without the blanks at their ends; null for blanks alone. */
function placesOf(before, words) {
  const blank = words.match(/^\s*/)[0], start = Array.from(before + blank).length;
  return words.trim() ? [start, start + Array.from(words.trim()).length] : null;
}

const clamp = (value, low, high) => Math.max(low, Math.min(value, high));
