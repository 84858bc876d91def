/* A text to edit, with what changes shown word by word while it is typed. */
const known = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let view = known.get(parentElement);
  if (!view || view.id !== data.id) {
    view = build(parentElement, data);
    known.set(parentElement, view);
  }
  view.save = () => { if (view.changed()) setTriggerValue("saved", view.area.value); };
}

function build(root, data) {
  root.querySelector(".w-editor")?.remove();
  const box = node("div", "w w-editor"), area = node("textarea", "w-area"), diff = node("div", "w-diff");
  const save = node("button", "w-act w-act-first", data.action), back = node("button", "w-act", "Start over");
  const note = node("span", "w-soft", "Ctrl+Enter saves");
  area.setAttribute("aria-label", data.label);
  diff.setAttribute("aria-label", "What changes");
  area.value = data.text;
  const view = { id: data.id, area, save: () => {}, changed: () => area.value !== data.text && area.value.trim() !== "" };
  const draw = () => {
    save.disabled = !view.changed();
    back.disabled = area.value === data.text;
    diff.replaceChildren(...diffNodes(data.text, area.value));
    area.style.height = "auto";
    area.style.height = Math.min(area.scrollHeight + 4, 340) + "px";
  };
  area.oninput = draw;
  area.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); view.save(); }
  };
  save.onclick = () => view.save();
  back.onclick = () => { area.value = data.text; draw(); area.focus(); };
  const row = node("div", "w-acts");
  row.append(save, back, note);
  box.append(area, node("div", "w-over-diff w-soft", "What changes"), diff, row);
  root.append(box);
  draw();
  requestAnimationFrame(() => { draw(); area.focus(); place(area, data); });
  return view;
}

function place(area, data) {
  if (data.start === null || data.start === undefined) return;
  const points = Array.from(data.text);
  area.setSelectionRange(points.slice(0, data.start).join("").length, points.slice(0, data.end).join("").length);
}
