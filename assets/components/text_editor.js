/* A text to edit, with what changes shown word by word while it is typed; what is typed is kept as a draft. */
const known = new WeakMap();

/** @type {Component<TextData, TextSent>} */
export default function ({ data, parentElement, setTriggerValue }) {
  let view = known.get(parentElement);
  if (!view || view.id !== data.id) {
    view = build(parentElement, data);
    known.set(parentElement, view);
  }
  view.save = () => {
    if (!view.changed()) return;
    view.isSent = true;
    setTriggerValue("saved", view.area.value);
  };
  view.receive(data);
  return () => {
    if (view.changed() && !view.isSent) sayDraft("Draft kept.");
    known.delete(parentElement);
  };
}

/** @param {TextData} data */
function build(root, data) {
  root.querySelector(".w-editor")?.remove();
  const box = node("div", "w w-editor"), area = node("textarea", "w-area"), diff = node("div", "w-diff");
  const save = node("button", "w-act w-act-first", data.action), back = node("button", "w-act", "Start over");
  const note = node("span", "w-soft", "Ctrl+Enter saves"), banner = with_(node("div", "w-draft-note"), { role: "status" });
  area.setAttribute("aria-label", data.label);
  diff.setAttribute("aria-label", "What changes");
  const draft = readDraft(data.draft), isNews = draft && !carets.has(data.draft);
  area.value = draft ? draft.value : data.text;
  const view = { id: data.id, area, base: draft ? draft.base : data.text, text: data.text, save: () => {}, changed: () => area.value !== view.text && area.value.trim() !== "" };
  const draw = () => {
    save.disabled = !view.changed();
    back.disabled = area.value === view.text;
    diff.replaceChildren(...diffNodes(view.text, area.value));
    area.style.height = "auto";
    area.style.height = Math.min(area.scrollHeight + 4, 340) + "px";
  };
  const startOver = () => { dropDraft(data.draft); area.value = view.base = view.text; banner.hidden = true; draw(); area.focus(); };
  const say = () => {
    const isBehind = area.value !== view.text && view.base !== view.text, isOld = isNews && area.value !== view.text;
    banner.hidden = !isBehind && !isOld;
    if (banner.hidden) return;
    const discard = node("button", "w-act", "Discard draft");
    discard.onclick = startOver;
    const words = isBehind ? "The stored text was changed since you began. It is now:" : `A draft of ${draftTime(draft)}, not saved yet.`;
    banner.replaceChildren(node("span", "", words), ...(isBehind ? [node("blockquote", "w-bubble w-answer", view.text)] : []), " ", discard);
  };
  area.oninput = () => {
    view.isSent = false;
    carets.set(data.draft, [area.selectionStart, area.selectionEnd]);
    if (area.value === view.text) dropDraft(data.draft); else keepDraft(data.draft, area.value, view.base);
    draw();
  };
  area.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); view.save(); }
  };
  view.receive = (now) => {
    view.text = now.text;
    if (area.value === view.text) { dropDraft(data.draft); view.base = view.text; }
    if (now.refused) view.isSent = false;
    say();
    draw();
  };
  save.onclick = () => view.save();
  back.onclick = startOver;
  const row = node("div", "w-acts");
  row.append(save, back, note);
  box.append(banner, area, node("div", "w-over-diff w-soft", "What changes"), diff, row);
  root.append(box);
  requestAnimationFrame(() => {
    draw();
    area.focus();
    const caret = draft && carets.get(data.draft);
    if (caret) area.setSelectionRange(...caret); else if (!draft) place(area, data);
  });
  return view;
}

function place(area, data) {
  if (data.start === null || data.start === undefined) return;
  const points = Array.from(data.text);
  area.setSelectionRange(points.slice(0, data.start).join("").length, points.slice(0, data.end).join("").length);
}
