/* A button with the keys of a page; ? opens the list and Escape closes it. */
const known = new WeakMap();
const WRITES = "input, textarea, select, [contenteditable=true], [role=dialog], [role=listbox]";

/** @type {Component<KeysData>} */
export default function ({ data, parentElement }) {
  let view = known.get(parentElement);
  if (!view) { view = build(parentElement); known.set(parentElement, view); }
  view.table.replaceChildren(...data.keys.map(([key, words]) => node("tr", "", node("td", "", node("kbd", "w-key", key)), node("td", "", words))));
  return () => { document.removeEventListener("keydown", view.key, true); known.delete(parentElement); };
}

function build(root) {
  root.querySelector(".w-keys")?.remove();
  const table = node("table", "w-table"), sheet = with_(node("div", "w-keys-sheet", table), { role: "note", "aria-label": "Keys" });
  const button = with_(node("button", "w-act", "Keys ", node("kbd", "w-key", "?")), { title: "All keys", "aria-expanded": "false" });
  const turn = (open) => { sheet.hidden = !open; button.setAttribute("aria-expanded", String(open)); };
  const key = (event) => {
    if (event.key === "Escape") turn(false);
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(WRITES)) return;
    event.preventDefault();
    turn(sheet.hidden);
  };
  turn(false);
  button.onclick = () => turn(sheet.hidden);
  document.addEventListener("keydown", key, true);
  root.append(node("div", "w w-keys", button, sheet));
  return { table, key };
}
