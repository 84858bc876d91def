/* Shows the present flag and takes the keys. The next flags are already here, so a key is answered at once: every
   decision goes into an outbox that is sent until the server has said that it heard it, and belongs to the flag that
   was on the screen when the key was pressed. */
const KEYS = { y: "confirm", n: "dismiss", s: "skip", arrowright: "skip", arrowleft: "back", w: "adjust", e: "edit", m: "mark", d: "drop", u: "undo", b: "boxes", "?": "help" };
const BUTTONS = ["confirm", "dismiss", "skip", "back", "adjust", "edit", "mark", "drop", "undo", "help"];
const OPENS = new Set(["adjust", "edit", "mark"]), DECIDES = new Set(["confirm", "dismiss", "drop"]);
const HELP = [["Y", "confirm: it is not there"], ["N", "dismiss: it is there"], ["S or →", "leave it, go on"], ["←", "go back"], ["W", "adjust which words are flagged, then confirm"],
  ["E", "edit the response, then confirm"], ["D", "drop the turn and confirm"], ["M", "mark words that nobody flagged"], ["U", "undo"], ["B", "boxes on or off"], ["?", "this list"]];
const PATIENCE = 2500, PAUSE = 250;
const views = new WeakMap();

/** @type {Component<FlagData, FlagSent>} */
export default function ({ data, parentElement, setStateValue }) {
  let view = views.get(parentElement);
  if (!view) { view = start(parentElement); views.set(parentElement, view); }
  view.emit = (outbox) => setStateValue("said", outbox);
  receive(view, data);
  return () => { view.stop(); views.delete(parentElement); };
}

function start(root) {
  const box = node("div", "w w-inspector");
  const stuck = with_(node("div", "w-stuck"), { role: "alert" });
  stuck.hidden = true;
  root.append(node("div", "w", stuck), box);
  const view = { box, stuck, items: new Map(), order: [], at: null, outbox: [], decided: new Set(), history: [], waiting: false, drawn: "", sent: 0, boxes: true };
  const key = (event) => pressed(view, event), click = (event) => clicked(view, event);
  document.addEventListener("keydown", key);
  document.addEventListener("click", click, true);
  const leave = () => flush(view);  // a click may lead away from the page
  document.addEventListener("pointerdown", leave, true);
  for (const kind of ["pointerover", "focusin"]) box.addEventListener(kind, (event) => light(box, event.target.closest("[data-claim], [data-box]")));
  box.addEventListener("pointerleave", () => light(box, null));
  box.addEventListener("focusout", () => light(box, null));
  box.addEventListener("click", (event) => { const to = event.target.closest("[data-flag]"); if (to) go(view, to.dataset.flag); });
  const warn = (event) => { if (view.outbox.some((entry) => DECIDES.has(entry.act) || entry.act === "undo")) event.preventDefault(); };
  window.addEventListener("beforeunload", warn);
  view.stop = () => { document.removeEventListener("keydown", key); window.removeEventListener("beforeunload", warn); document.removeEventListener("click", click, true);
    document.removeEventListener("pointerdown", leave, true); clearTimeout(view.timer); clearTimeout(view.pause); };
  return view;
}

/* What was not stored when the page was left is said again, before anything new. */
function adopt(view, workspace) {
  view.store = new Outbox("flags", workspace);
  view.outbox = view.store.adopt().map((entry) => ({ ...entry, sent: false }));
  for (const entry of view.outbox) if (DECIDES.has(entry.act)) view.decided.add(entry.flag);
}

function keep(view) {
  view.store.keep(view.outbox.filter((entry) => DECIDES.has(entry.act) || entry.act === "undo"));
}

/** @param {FlagData} data */
function receive(view, data) {
  if (!view.store) adopt(view, data.workspace);
  Object.assign(view, { who: data.who, refused: data.refused });
  const heard = new Set(data.acks);
  view.outbox = view.outbox.filter((entry) => !heard.has(entry.id));
  keep(view);
  for (const item of data.items) view.items.set(item.id, item);
  const reached = view.at !== null && data.order.includes(view.at);
  if (!view.outbox.length) {
    Object.assign(view, { at: data.current, order: data.order, waiting: false });
    view.decided.clear();
  } else if (reached || view.at === null) {
    view.order = data.order;
    if (view.at === null) view.at = data.order.find((id) => !view.decided.has(id) && data.order.indexOf(id) >= data.order.indexOf(data.current)) ?? null;
    view.waiting = view.at === null;
  }
  view.from = { id: data.current, place: data.place, total: data.total };
  for (const id of view.items.keys()) if (view.items.size > 120 && !view.order.includes(id)) view.items.delete(id);
  if (view.outbox.length && !view.outbox.some((entry) => entry.sent)) send(view);
  draw(view);
}

/* While keys come fast, one message on its way at a time: reruns that overtake each other would never show anything. */
function send(view) {
  clearTimeout(view.timer);
  view.outbox.forEach((entry) => { entry.sent = true; });
  view.emit(view.outbox.map(({ id, who, act, flag, then }) => ({ id, who, act, flag, then, again: view.sent })));
  view.sent += 1;
  view.timer = setTimeout(() => { if (view.outbox.length) send(view); }, PATIENCE);
}

function post(view, act, flag, then) {
  view.outbox.push({ id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, who: reviewer(view.who), act, flag, then, sent: false });
  keep(view);
  clearTimeout(view.pause);
  if (!view.outbox.some((entry) => entry.sent)) send(view);
  else view.pause = setTimeout(() => flush(view), PAUSE);
}

function flush(view) {
  if (view.outbox.some((entry) => !entry.sent)) send(view);
}

function perform(view, act) {
  if (act === "help") return help(view);
  if (act === "boxes") { view.boxes = !view.boxes; view.box.classList.toggle("w-no-boxes", !view.boxes); return; }
  if (act === "undo") return undo(view);
  if (view.waiting || view.at === null) return;
  const flag = view.at;
  if (OPENS.has(act)) { view.waiting = true; post(view, act, flag, flag); return draw(view); }
  if (DECIDES.has(act)) { view.decided.add(flag); view.history.push(flag); }
  const to = neighbour(view, flag, act === "back" ? -1 : 1);
  if (to === null && act === "back") return;
  post(view, act, flag, to);
  view.at = to;
  view.waiting = to === null;
  draw(view);
}

function undo(view) {
  const flag = view.history.pop() ?? null;
  if (flag !== null) view.decided.delete(flag);
  post(view, "undo", flag, null);
  if (flag !== null && view.items.has(flag)) view.at = flag; else view.waiting = true;
  draw(view);
}

function go(view, flag) {
  if (!flag || flag === view.at || view.waiting) return;
  post(view, "go", view.at, flag);
  if (view.items.has(flag)) view.at = flag; else view.waiting = true;
  draw(view);
}

function neighbour(view, flag, step) {
  for (let at = view.order.indexOf(flag) + step; at >= 0 && at < view.order.length; at += step) {
    if (!view.decided.has(view.order[at]) && view.items.has(view.order[at])) return view.order[at];
  }
  return null;
}

function pressed(view, event) {
  const target = event.target, typing = target.closest?.("input, textarea, select, [contenteditable=true], [role=dialog], [role=listbox], [role=menu], .w-editor");
  const act = KEYS[typedKey(event).toLowerCase()];
  if (event.key === "Escape") view.box.querySelector(".w-help")?.remove();
  if (!act || typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !view.box.isConnected) return;
  if (event.key.startsWith("Arrow") && target.closest?.("[data-testid=stDataFrame], [role=radiogroup], [role=slider], [role=tablist]")) return;
  if (document.querySelector("[role=dialog]")) return;
  event.preventDefault();
  perform(view, act);
}

/* The page's own buttons go the same way as keys, so that both mean the flag on the screen. */
function clicked(view, event) {
  if (!event.target.closest?.("button")) return;
  const act = BUTTONS.find((name) => event.target.closest(`.st-key-flag_${name}`));
  const here = event.target.closest("[class*='st-key-here_']");
  if (!act && !(here && view.outbox.length)) return;
  event.preventDefault();
  event.stopPropagation();
  if (act) perform(view, act);
}

function draw(view) {
  const item = view.items.get(view.at);
  view.box.classList.toggle("w-waiting", view.waiting);
  view.box.dataset.flag = view.at ?? "";
  view.box.dataset.unheard = String(view.outbox.length);
  drawStuck(view);
  if (!item) return;
  const shown = JSON.stringify(item);
  const count = view.box.querySelector(".w-place");
  if (shown === view.drawn && count) { count.textContent = place(view); return; }
  view.drawn = shown;
  view.box.replaceChildren(head(view, item), ...drawBlocks(item));
  const now = view.box.querySelector(".w-mark-now") ?? view.box.querySelector(".w-turn[data-now]"), read = now?.closest(".w-read");
  if (read) read.scrollTop = Math.max(0, now.offsetTop - read.offsetTop - read.clientHeight / 3);
  preload(view);
}

function drawStuck(view) {
  const waiting = view.refused ? view.outbox.filter((entry) => DECIDES.has(entry.act) || entry.act === "undo").length : 0;
  view.stuck.hidden = !waiting;
  const many = waiting === 1 ? "1 decision is" : `${waiting.toLocaleString("en")} decisions are`;
  view.stuck.textContent = waiting ? `${many} not stored yet. ${view.refused} They wait in this browser and are tried again.` : "";
}

/** @param {FlagItem} item */
function head(view, item) {
  const words = item.state.filter(Boolean).join(" · ");
  return with_(node("div", "w-head", node("div", "", node("span", `w-dot ${toneClass(item.tone)}`), node("b", "", item.title), words ? ` · ${words}` : "",
    node("span", "w-soft", ` · ${item.where} · ${item.metric}`), node("span", "w-place w-num", place(view))), node("div", "w-reason", item.reason)), { "aria-live": "polite" });
}

function place(view) {
  const from = view.from;
  if (!from || from.place === null) return from ? `${from.total.toLocaleString("en")} in the queue` : "";
  const moved = view.order.indexOf(view.at) - view.order.indexOf(from.id);
  return `${(from.place + 1 + (moved || 0)).toLocaleString("en")} of ${from.total.toLocaleString("en")}`;
}

function preload(view) {
  for (const id of view.order.slice(view.order.indexOf(view.at) + 1).slice(0, 3)) {
    for (const block of view.items.get(id)?.blocks ?? []) for (const one of block.pictures ?? []) if (one.src) new Image().src = one.src;
  }
}

/* A span or a row of votes and the boxes of what it claims light each other up; so do boxes and spans. */
function light(box, target) {
  box.querySelectorAll(".w-lit").forEach((one) => one.classList.remove("w-lit"));
  const claims = target?.dataset.claim ? [target.dataset.claim] : [...box.querySelectorAll("mark[data-boxes]")].filter((one) => target && one.dataset.boxes.split(" ").includes(target.dataset.box)).map((one) => one.dataset.claim);
  const marks = [...box.querySelectorAll("[data-claim]")].filter((one) => claims.includes(one.dataset.claim));
  const places = target?.dataset.box ? [target.dataset.box] : marks.flatMap((one) => (one.dataset.boxes ?? "").split(" ").filter(Boolean));
  const boxes = [...box.querySelectorAll("[data-box]")].filter((one) => places.includes(one.dataset.box));
  [...marks, ...boxes].forEach((one) => one.classList.add("w-lit"));
  const word = target?.dataset.claim ? marks.find((one) => one.tagName === "MARK")?.lastChild.textContent : "";
  box.classList.toggle("w-lighting", boxes.length > 0);
  box.querySelectorAll(".w-absent").forEach((one) => { one.textContent = word && !boxes.length ? `no box shows “${word}”` : ""; });
}

function help(view) {
  const open = view.box.querySelector(".w-help");
  if (open) return open.remove();
  const list = node("table", "w-table", ...HELP.map(([key, words]) => node("tr", "", node("td", "", node("kbd", "w-key", key)), node("td", "", words))));
  const close = node("button", "w-act", "Close");
  const shown = with_(node("div", "w-help", node("b", "", "Keys"), list, close), { role: "note", "aria-label": "Keys" });
  close.onclick = () => shown.remove();
  view.box.append(shown);
}
