/* Values of an axis with what there is, what is taken, and a floor and a cap to type. What is typed is sent until the
   server has said that it heard it; a cell that is being typed in keeps its text. */
const views = new WeakMap();
const SIDES = { floor: "Floor", cap: "Cap" };
const HEAD = [["value", ""], ["bar", "Taken of those that pass"], ["before", "All"], ["available", "Pass"], ["floor", "Floor"], ["cap", "Cap"], ["taken", "Taken"]];

/** @type {Component<QuotaData, QuotaSent>} */
export default function ({ data, parentElement, setStateValue }) {
  let view = views.get(parentElement);
  if (!view) { view = start(parentElement); views.set(parentElement, view); }
  view.emit = (edits) => setStateValue("edits", edits);
  receive(view, data);
}

function start(root) {
  const box = node("div", "w w-quota");
  with_(box, { tabindex: "0", role: "region", "aria-label": "Floors and caps" });
  root.querySelector(".w-quota")?.remove();
  root.append(box);
  return { box, edits: [], last: 0, sort: null, data: null };
}

/** @param {QuotaData} data */
function receive(view, data) {
  if (!view.data || view.data.axis !== data.axis) view.sort = null;
  view.edits = view.edits.filter((edit) => edit.id > data.ack);
  view.last = Math.max(view.last, data.ack);
  view.data = data;
  draw(view);
}

function draw(view) {
  const active = /** @type {HTMLInputElement | null} */ (document.activeElement), typing = active?.dataset?.cell, typed = active?.value;
  const { data } = view, held = view.box.contains(active) ? typing : null, top = view.box.scrollTop;
  const most = Math.max(1, ...data.rows.map((row) => row.before));
  const table = with_(node("table", "w-table w-quota-table"), { "aria-label": `${data.title}: floors and caps` });
  table.append(node("thead", "", head(view)), node("tbody", "", every(view), ...ordered(view).map((row) => line(view, row, most))));
  view.box.replaceChildren(table);
  view.box.scrollTop = top;
  const again = held && [...view.box.querySelectorAll("[data-cell]")].find((cell) => cell.dataset.cell === held);
  if (again) { if (again.tagName === "INPUT") again.value = typed; again.focus({ preventScroll: true }); }
}

function head(view) {
  const cells = HEAD.map(([name, words]) => {
    const cell = node("th", name === "value" || name === "bar" ? "" : "w-right");
    if (name === "bar") { cell.textContent = words; return cell; }
    const button = with_(node("button", "w-quota-sort", words || view.data.title, view.sort?.name === name ? (view.sort.down ? " ↓" : " ↑") : ""), { "data-cell": `sort ${name}` });
    button.onclick = () => { view.sort = { name, down: view.sort?.name === name ? !view.sort.down : name !== "value" }; draw(view); };
    if (view.sort?.name === name) cell.setAttribute("aria-sort", view.sort.down ? "descending" : "ascending");
    cell.append(button);
    return cell;
  });
  return node("tr", "", ...cells);
}

function every(view) {
  const sum = (name) => view.data.rows.reduce((total, row) => total + row[name], 0);
  const row = { value: "", floor: view.data.floor, cap: view.data.cap };
  return node("tr", "w-quota-every", node("td", "", `Every ${view.data.title.toLowerCase()}`), node("td", ""), number(sum("before")), number(sum("available")),
    input(view, row, "floor"), input(view, row, "cap"), number(sum("taken"), true));
}

/** @param {QuotaRow} row */
function line(view, row, most) {
  const bar = node("div", "w-bar"), taken = node("span", ""), rest = node("span", "w-rest");
  taken.style.width = `${(100 * row.taken) / most}%`;
  rest.style.width = `${(100 * Math.max(0, row.available - row.taken)) / most}%`;
  bar.append(taken, rest);
  const name = node("td", "", row.value);
  if (row.unmet) name.append(with_(node("span", "w-quota-unmet", " floor not met"), { title: "The samples that pass, or other rules, do not allow it" }));
  return node("tr", row.unmet ? "w-quota-short" : "", name, node("td", "w-quota-bar", bar), number(row.before), number(row.available), input(view, row, "floor"), input(view, row, "cap"), number(row.taken, true));
}

function number(value, strong = false) {
  return node("td", "w-right", strong ? node("b", "", value.toLocaleString("en-US")) : value.toLocaleString("en-US"));
}

function input(view, row, side) {
  const now = boundOf(view, row, side), general = row.value ? view.data[side] : null;
  const field = with_(node("input", "w-quota-input"), {
    type: "number", min: "0", step: "1", "data-cell": `${side} ${row.value}`, placeholder: general === null ? "–" : String(general),
    "aria-label": row.value ? `${SIDES[side]} of ${row.value}` : `${SIDES[side]} of every ${view.data.title.toLowerCase()}` });
  field.value = now ?? "";
  field.onchange = () => {
    const wanted = typedBound(field), present = boundOf(view, row, side);
    if (wanted === undefined) field.value = present ?? "";
    if (wanted === undefined || wanted === present) return;
    view.last = Math.max(view.last + 1, Date.now());
    view.edits.push({ id: view.last, axis: view.data.axis, value: row.value, side, number: wanted });
    view.emit([...view.edits]);
  };
  field.onkeydown = (event) => {
    if (event.key === "Enter") { event.preventDefault(); field.dispatchEvent(new Event("change")); }
  };
  return node("td", "w-right", field);
}

/* What was typed last, until the server has said that it heard it; then what it says. */
function boundOf(view, row, side) {
  const waiting = view.edits.findLast((edit) => edit.axis === view.data.axis && edit.value === row.value && edit.side === side);
  return waiting ? waiting.number : row[side];
}

/* What a field holds as a number: null for none, undefined for what cannot be a bound. */
function typedBound(field) {
  if (field.validity?.badInput) return undefined;  // its value is empty then, and would take the bound away
  const text = field.value.trim(), whole = Math.floor(Number(text));
  if (text === "") return null;
  return whole >= 0 && whole <= 1e9 ? whole : undefined;
}

function ordered(view) {
  const { rows } = view.data, sort = view.sort;
  if (!sort) return rows;
  const key = (row) => row[sort.name] ?? -1, sign = sort.down ? -1 : 1;
  return [...rows].sort((a, b) => sign * (sort.name === "value" ? a.value.localeCompare(b.value, "en", { numeric: true }) : key(a) - key(b)));
}
