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
  const box = element("div", "w w-editor"), area = element("textarea", "w-area"), diff = element("div", "w-diff");
  const save = element("button", "w-act w-act-first", data.action), back = element("button", "w-act", "Start over");
  const note = element("span", "w-soft", "Ctrl+Enter saves");
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
  const row = element("div", "w-acts");
  row.append(save, back, note);
  box.append(area, element("div", "w-over-diff w-soft", "What changes"), diff, row);
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

function element(tag, name, text) {
  const node = document.createElement(tag);
  node.className = name;
  if (tag === "button") node.type = "button";
  if (text !== undefined) node.textContent = text;
  return node;
}
