/* The deck of the review page: samples are ready before they are wanted, and an act never waits for the server.
   What the reviewer does is kept in a list, with a number each, until the server says that it has stored it. One report
   is under way at a time: each draws the page again, and the next one would end that before the samples ahead are sent.
   The markup of a sample is made, and escaped, by the server. */
const decks = new WeakMap();
const KEPT = 120;
const PATIENCE = 4000, LONGEST_WAIT = 30_000;

/** @type {Component<DeckData, DeckSent>} */
export default function ({ data, parentElement, setStateValue }) {
  let deck = decks.get(parentElement);
  if (!deck) decks.set(parentElement, (deck = new Deck(parentElement)));
  deck.report = (acts) => setStateValue("acts", acts);
  deck.receive(data);
  return () => { deck.close(); decks.delete(parentElement); };
}

class Deck {
  constructor(root) {
    root.querySelector(".w-deck")?.remove();
    /** @type {Map<number, DeckItem>} */
    this.items = new Map();
    /** @type {DeckAct[]} */
    this.acts = [];
    /** @type {(acts: DeckAct[]) => void} */
    this.report = () => {};
    this.alive = undefined;
    this.last = this.sentAt = 0;
    this.tries = Date.now();  // another than an earlier deck of this session had
    this.name = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
    this.patience = PATIENCE;
    this.forget();
    this.build(root);
    this.onkey = (event) => this.key(event);
    this.onleave = (event) => { if (this.acts.some((act) => !PASSING.has(act.do))) event.preventDefault(); };
    document.addEventListener("keydown", this.onkey);
    window.addEventListener("beforeunload", this.onleave);
    this.touched = Date.now();
    this.onsight = () => this.sign();
    document.addEventListener("visibilitychange", this.onsight);
  }

  close() {
    document.removeEventListener("keydown", this.onkey);
    document.removeEventListener("visibilitychange", this.onsight);
    window.removeEventListener("beforeunload", this.onleave);
    this.pictures.stop();
    clearInterval(this.alive);
    clearTimeout(this.waiting);
  }

  forget() {
    this.now = null;
    this.ahead = [];
    this.past = [];
    this.decided = new Map();
    this.turn = 0;
    this.wanted = false;
    this.unsure = this.held = null;
    this.isAway = this.probing = false;
  }

  build(root) {
    this.box = node("div", "w w-deck");
    this.bar = node("div", "w-acts w-deck-bar");
    this.buttons = {};
    for (const [group, acts] of Object.entries(ACTS)) {
      const row = node("span", "w-deck-group");
      row.setAttribute("role", "group");
      row.setAttribute("aria-label", group);
      for (const act of acts) row.append((this.buttons[act.do] = this.button(act)));
      this.bar.append(row);
    }
    this.state = node("span", "w-soft w-deck-state");
    this.state.setAttribute("role", "status");
    this.refused = node("span", "w-deck-hint");
    this.refused.setAttribute("role", "alert");
    this.bar.append(this.refused, this.state);
    this.form = node("form", "w-deck-form");
    this.form.hidden = true;
    this.stage = node("div", "w-deck-stage");
    this.pictures = new Pictures();
    this.splitter = new Splitter(this.stage);
    this.stage.addEventListener("click", (event) => this.decideFlag(event));
    this.stuck = node("div", "w-stuck");
    this.stuck.setAttribute("role", "alert");
    this.stuck.hidden = true;
    this.sheet = sheet();
    this.guide = node("div", "w-deck-sheet w-deck-guide");
    this.guide.setAttribute("role", "note");
    this.guide.hidden = true;
    this.box.append(this.bar, this.stuck, this.form, this.stage, this.sheet, this.guide);
    root.append(this.box);
  }

  button(act) {
    const button = node("button", "w-act" + (act.first ? " w-act-first" : ""), act.label);
    button.type = "button";
    button.title = act.help;
    button.append(node("kbd", "w-key", act.shown ?? act.key.toUpperCase()));
    button.onclick = (event) => { this.run(act); if (event.detail) button.blur(); };  // by key, the focus stays
    return button;
  }

  /** @param {DeckData} data */
  receive(data) {
    if (data.given !== this.data?.given) this.givenAt = Date.now();
    this.isAway = false;
    this.data = data;
    if (!this.outbox) this.adopt(data.workspace);
    this.alive ??= setInterval(() => this.sign(), data.sign);
    this.heard(data.ack);
    if (data.deck !== this.deck) {
      this.forget();
      this.deck = data.deck;
      const focused = /** @type {HTMLElement | null} */ (document.activeElement);
      if (focused?.closest?.('[data-testid="stSelectbox"]')) focused.blur();  // keys count at once
      this.jumped = data.jump;
      for (const act of this.acts) if (DECIDES.has(act.do)) this.decided.set(act.no, act.do);
      this.now = data.items.find((item) => !this.decided.has(item.no))?.no ?? null;
    }
    for (const item of data.items) this.items.set(item.no, item);
    if (data.jump !== this.jumped) {
      this.jumped = data.jump;
      const at = data.items[0]?.no ?? null;
      if (this.now !== null && this.now !== at) this.past.push(this.now);
      this.decided.delete(at);
      this.now = at;
    }
    for (const no of [...this.decided.keys()]) {
      if (!this.acts.some((act) => act.no === no) && this.items.get(no)?.open) this.decided.delete(no);
    }
    this.ahead = this.following(data.items.map((item) => item.no)).filter((no) => !this.decided.has(no) && this.items.get(no).open);
    if (this.now === null) this.now = this.ahead.shift() ?? null;
    else if (this.wanted && this.ahead.length) this.forward();
    for (const no of this.ahead) for (const source of this.items.get(no).images) new Image().src = source;
    while (this.items.size > KEPT) this.items.delete(this.items.keys().next().value);
    this.draw();
    if (this.isUnderway()) return;
    if (this.acts.some((act) => act.seq > this.reported)) this.send();
    else this.settle();
  }

  /* The server has answered: the sample on the table is this browser's now, and the key that waited for that counts. */
  settle() {
    const { unsure, held } = this;
    this.unsure = this.held = null;
    if (!held) return;
    if (unsure === this.now) this.run(held);
    else this.refuse("Another sample is here now");
  }

  /* After a while in a short queue the samples ahead may be with others: the next one is shown, and asked for. */
  advance() {
    this.now = this.ahead.shift() ?? null;
    this.turn = 0;
    const isLate = !this.isAway && Date.now() - this.givenAt > this.data.safe;
    this.unsure = this.now !== null && isLate ? this.now : null;
  }

  /* A server that does not answer gives nobody samples: a key need not wait for its word then. */
  async probe() {
    if (this.probing) return;
    this.probing = true;
    const asked = fetch("/boot", { cache: "no-store", signal: AbortSignal.timeout(3000) });
    this.isAway = !(await asked.then((answer) => answer.ok).catch(() => false));
    this.probing = false;
    if (this.isAway) this.settle();
  }

  refuse(why) {
    const hint = node("span", "w-deck-refused", `${why}: that key did nothing.`);
    this.refused.replaceChildren(hint);
    clearTimeout(this.refusing);
    this.refusing = setTimeout(() => hint.remove(), 4000);
  }

  /* Of the samples that the server sent, those after the present one; what was passed while it worked stays passed. */
  following(sent) {
    const passed = this.past.slice(Math.max(this.past.lastIndexOf(sent[0]), 0));
    const from = sent.indexOf(this.now) + 1;
    return sent.slice(from).filter((no) => from > 0 || !passed.includes(no));
  }

  act(act) {
    this.touched = Date.now();
    const seq = this.next();
    this.acts.push({ at: this.now, who: reviewer(this.data.who), ...act, seq, id: `${this.name}-${seq}` });
    if (this.isUnderway()) this.keep(); else this.send();
    this.drawState();
  }

  isUnderway() {
    return this.tries !== this.data.heard && Date.now() - this.sentAt < this.patience;
  }

  next() {
    return (this.last = Math.max(this.last + 1, Date.now()));
  }

  /* What was not stored when the page was left is said again, before anything new. */
  adopt(workspace) {
    this.outbox = new Outbox("deck", workspace);
    this.acts = this.outbox.adopt().map((act) => ({ ...act, at: null, seq: this.next() }));
    if (this.acts.length) setTimeout(() => this.send(), 0);
  }

  /* Says it again while the server does not answer: it may have been started anew, or have overheard it. */
  send(more = []) {
    this.tries += 1;
    this.sentAt = Date.now();
    this.reported = this.last;
    this.keep();
    this.report([...this.acts, ...more].map((act) => ({ ...act, again: this.tries })));
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      if (!this.acts.length) return;
      this.patience = this.data.refused ? PATIENCE : Math.min(2 * this.patience, LONGEST_WAIT);
      this.send();
    }, this.patience);
  }

  keep() {
    this.outbox.keep(this.acts.filter((act) => !PASSING.has(act.do)));
  }

  heard(ack) {
    const before = this.acts.length;
    this.acts = this.acts.filter((act) => act.seq > ack);
    if (this.acts.length < before) { this.patience = PATIENCE; this.keep(); }
    if (!this.acts.length) clearTimeout(this.waiting);
  }

  /* Tells the server that somebody is still looking at the sample, without drawing the page again: what is drawn while
     the next run begins may be half of it, and an open dialog was closed by that. Only a sample that was lost is asked
     for by a report. */
  async sign() {
    const no = this.now, away = document.visibilityState !== "visible" || Date.now() - this.touched > 900_000;
    if (away || no === null || !this.items.get(no)?.open || this.decided.has(no)) return;
    const body = JSON.stringify({ holder: this.data.holder, no });
    const isKept = await fetch("/looking", { method: "POST", body }).then((answer) => answer.status !== 410).catch(() => true);
    if (!isKept && this.now === no && !this.isUnderway()) this.send([{ do: "look", at: no, seq: this.last }]);
  }

  run(act) {
    if (act.do === "keys") return this.toggleSheet();
    if (act.do === "guidelines") return this.toggleGuidelines();
    if (act.do === "boxes") return this.toggleBoxes();
    if (act.do === "undo") return this.act({ do: "undo" });
    if (act.do === "back") return this.back();
    const item = this.items.get(this.now);
    if (!item) return this.refuse(this.isFetching() ? "The next sample is not here yet" : "No sample is here");
    if (act.do === "next") return this.forward();
    if (this.unsure !== null && this.unsure === this.now && !act.asks) {
      if (this.held) this.refuse("The sample is not confirmed yet");
      this.held ??= act;
      this.probe();
      return;
    }
    if (act.decides) return this.decide(item, act.do, act.why);
    if (act.do === "turn") return this.toggleTurn(item);
    if (act.asks) return this.ask(item, act);
    this.act({ do: act.do, key: item.key, no: item.no, turn: this.turn });
  }

  /** @param {DeckItem} item */
  decide(item, verdict, why = "") {
    this.decided.set(item.no, verdict);
    this.past.push(item.no);
    this.advance();
    this.act({ do: verdict, key: item.key, no: item.no, ...(why ? { text: why } : {}) });
    this.draw();
  }

  forward() {
    if (!this.ahead.length) {
      this.wanted = this.acts.length > 0;
      if (!this.wanted) this.refuse("This is the last sample that is left");
      return;
    }
    this.wanted = false;
    this.past.push(this.now);
    this.advance();
    this.act({ do: "look" });
    this.draw();
  }

  back() {
    const to = this.past.pop() ?? this.data.before;
    if (to === null || to === undefined) return;
    if (this.now !== null) this.ahead.unshift(this.now);
    this.unsure = this.held = null;
    this.now = to;
    this.turn = 0;
    this.act({ do: "look" });
    this.draw();
  }

  /** @param {DeckItem} item */
  toggleTurn(item) {
    const dropped = new Set(item.dropped);
    const verdict = dropped.has(this.turn) ? "keep" : "drop";
    if (verdict === "drop") dropped.add(this.turn); else dropped.delete(this.turn);
    item.dropped = [...dropped];
    this.act({ do: "turn", key: item.key, no: item.no, turn: this.turn, verdict });
    this.draw();
  }

  /* A click on the buttons of a flag, which the server drew. */
  decideFlag(event) {
    const button = event.target.closest?.("[data-flag]"), item = this.items.get(this.now);
    if (!button || !item) return;
    for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
    this.act({ do: "flag", key: item.key, no: item.no, flag: button.dataset.flag, verdict: button.dataset.verdict });
    if (event.detail) button.blur();
  }

  /** A line to type in: note, tag, or a person's name. What is typed stays a draft until it is handed over.
   * @param {DeckItem} item */
  ask(item, act) {
    const label = node("label", "w-soft", act.asks), input = node("input"), list = node("datalist");
    const stored = act.do === "note" ? item.note : "";
    const id = `${this.data.workspace}/${this.data.who}/${act.do}/${item.key}`, draft = readDraft(id);
    input.maxLength = act.most;
    input.value = draft ? draft.value : stored;
    list.id = "w-deck-known";
    input.setAttribute("list", list.id);
    for (const known of this.data.known[act.do] ?? []) list.append(Object.assign(node("option"), { value: known }));
    const save = node("button", "w-act w-act-first", act.do === "because" ? "Reject" : act.label), hint = node("span", "w-soft", "Enter saves, Esc closes.");
    save.type = "submit";
    const close = () => { this.form.hidden = true; this.form.replaceChildren(); };
    this.form.onsubmit = (event) => {
      event.preventDefault();
      dropDraft(id);
      close();
      if (act.do !== "because") return this.act({ do: act.do, key: item.key, no: item.no, text: input.value });
      if (item.no === this.now) this.run({ ...KEYS.get("x"), why: input.value.trim() });
      else this.refuse("Another sample is here now");
    };
    input.oninput = () => { if (input.value === stored) dropDraft(id); else keepDraft(id, input.value, stored); };
    const reasons = act.do === "because" ? this.data.reasons : [];
    const give = (reason) => { input.value = reason; this.form.requestSubmit(); };
    input.onkeydown = (event) => {
      const reason = input.value === "" && /^[1-9]$/.test(event.key) ? reasons[Number(event.key) - 1] : undefined;
      if (reason !== undefined) { event.preventDefault(); return give(reason); }
      if (event.key !== "Escape") return;
      if (input.value !== stored) sayDraft("Draft kept.", ["Discard", () => dropDraft(id)]);
      close();
    };
    label.append(input);
    this.form.replaceChildren(label, list, save, hint, ...reasons.map((reason, place) => {
      const button = node("button", "w-act", reason);
      button.append(node("kbd", "w-key", String(place + 1)));
      button.onclick = () => give(reason);
      return button;
    }));
    if (draft) {
      const discard = node("button", "w-act", "Discard draft");
      discard.type = "button";
      discard.onclick = () => { dropDraft(id); input.value = stored; discard.remove(); input.focus(); };
      hint.textContent = draft.base === stored ? "A draft, not saved yet." : `A draft. The stored note was changed since: “${stored}”`;
      this.form.append(discard);
    }
    this.form.hidden = false;
    input.focus();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "Escape" && !this.sheet.hidden) return this.toggleSheet();
    if (event.key === "Escape" && !this.guide.hidden) return this.toggleGuidelines();
    if (document.querySelector('[role="dialog"]') || !this.box.isConnected) return;
    const key = typedKey(event), act = KEYS.get(key);
    const turns = this.items.get(this.now)?.turns ?? 0;
    if (act) { if (!event.repeat || act.key.startsWith("Arrow")) this.run(act); }
    else if (key === "j" || key === "k") this.focusTurn(this.turn + (key === "j" ? 1 : -1), turns);
    else if (this.pictures.key(key.toLowerCase())) { /* done */ }
    else if (/^[1-9]$/.test(event.key)) this.focusTurn(Number(event.key) - 1, turns);
    else return;
    event.preventDefault();
  }

  focusTurn(turn, turns) {
    this.turn = Math.min(Math.max(turn, 0), Math.max(turns - 1, 0));
    this.drawTurn(true);
  }

  toggleBoxes() {
    const hidden = this.box.classList.toggle("w-no-boxes");
    this.buttons.boxes.setAttribute("aria-pressed", String(!hidden));
  }

  toggleSheet() {
    this.sheet.hidden = !this.sheet.hidden;
  }

  toggleGuidelines() {
    this.guide.textContent = this.data.guidelines || "No guidelines yet: anybody can write them in Team, above.";
    this.guide.hidden = !this.guide.hidden;
  }

  isFetching() {
    return this.now === null && this.acts.some((act) => !PASSING.has(act.do));
  }

  draw() {
    const item = this.items.get(this.now);
    for (const [name, button] of Object.entries(this.buttons)) button.disabled = !item && !["undo", "back", "keys", "guidelines"].includes(name);
    this.buttons.boxes.disabled = !item?.marks;
    this.buttons.next.disabled = !this.ahead.length && !this.acts.length;
    if (!item) {
      const words = this.data.refused ? "The next sample comes when these decisions are stored." : "Fetching the next sample …";
      if (this.isFetching()) this.stage.replaceChildren(node("div", "w-none", words));
      // eslint-disable-next-line no-restricted-properties -- the server's own sentences; no text of a data set is in them
      else this.stage.innerHTML = this.data.empty;
    } else if (this.drawn !== item.html || this.stage.dataset.no !== String(item.no)) {
      const kept = this.stage.dataset.no === String(item.no) ? this.stage.querySelector(".w-deck-side")?.scrollTop : 0;
      // eslint-disable-next-line no-restricted-properties -- made by the server, which escapes every text of a sample
      this.stage.innerHTML = item.html;
      this.stage.dataset.no = item.no;
      for (const turn of this.stage.querySelectorAll(".w-deck-turn")) turn.onclick = () => this.focusTurn(Number(turn.dataset.turn), item.turns);
      const side = this.stage.querySelector(".w-deck-side");
      if (side) side.scrollTop = kept ?? 0;
      this.pictures.show(this.stage.querySelector(".w-deck-pictures"));
      this.splitter.tell();
      this.drawn = item.html;
    }
    if (!item) { this.drawn = null; this.stage.dataset.no = ""; this.pictures.stop(); }
    this.drawTurn(false);
    this.drawState();
  }

  drawTurn(scroll) {
    const item = this.items.get(this.now);
    for (const one of this.stage.querySelectorAll(".w-deck-turn")) {
      const turn = Number(one.dataset.turn), here = turn === this.turn && item.turns > 1;
      one.classList.toggle("w-deck-here", here);
      one.classList.toggle("w-deck-dropped", item.dropped.includes(turn));
      if (here && scroll) one.scrollIntoView({ block: "nearest" });
    }
    this.buttons.turn.firstChild.data = item?.dropped.includes(this.turn) ? "Keep turn" : "Drop turn";
  }

  drawState() {
    const verdict = this.decided.get(this.now) ?? this.items.get(this.now)?.verdict;
    const saving = this.acts.filter((act) => !PASSING.has(act.do)).length;
    const words = { approve: "✓ approved by you", reject: "✗ rejected by you", later: "… left for later by you" };
    this.stuck.hidden = !saving || !this.data.refused;
    const many = saving === 1 ? "1 decision is" : `${saving.toLocaleString("en")} decisions are`;
    this.stuck.textContent = this.stuck.hidden ? "" : `${many} not stored yet. ${this.data.refused} They wait in this browser and are tried again.`;
    this.state.textContent = saving ? `Saving ${saving} …` : words[verdict] ?? "";
  }
}

const ACTS = {
  "Decide": [
    { do: "approve", key: "a", label: "Approve", help: "The sample is good", first: true, decides: true },
    { do: "reject", key: "x", label: "Reject", help: "The sample must go", decides: true },
    { do: "because", key: "q", label: "Reject because", help: "The sample must go, and why: by a number or in your words", asks: "Rejected because ", most: 120 },
    { do: "later", key: "l", label: "Later", help: "Leave it for the end of the queue", decides: true },
  ],
  "Move": [
    { do: "back", key: "ArrowLeft", shown: "←", label: "Back", help: "The sample before" },
    { do: "next", key: "ArrowRight", shown: "→", label: "Skip", help: "The next one, without deciding" },
    { do: "undo", key: "u", label: "Undo", help: "Take your last act back, whatever it was" },
  ],
  "Turn": [
    { do: "turn", key: "d", label: "Drop turn", help: "This turn leaves the export; press again to keep it" },
    { do: "edit", key: "e", label: "Edit", help: "Write the response of this turn anew" },
    { do: "mark", key: "m", label: "Mark", help: "Mark words of this turn's response and say what they are" },
  ],
  "Note": [
    { do: "note", key: "c", label: "Note", help: "A note or comment on the sample", asks: "Note ", most: 2000 },
    { do: "tag", key: "t", label: "Tag", help: "Tag the sample; enter a tag again to remove it", asks: "Tag ", most: 60 },
    { do: "send", key: "r", label: "Send", help: "Send it to somebody's review queue", asks: "Send to (blank = anyone) ", most: 60 },
    { do: "boxes", key: "b", label: "Boxes", help: "Shows or hides the numbered boxes that the row has on its pictures" },
    { do: "guidelines", key: "g", label: "Guidelines", help: "What your team approves and rejects" },
    { do: "keys", key: "?", label: "Keys", help: "All keys" },
  ],
};
const DECIDES = new Set(ACTS.Decide.filter((act) => act.decides).map((act) => act.do));
const PASSING = new Set(["look", "edit", "mark"]);  // they change nothing that is stored
const KEYS = new Map(Object.values(ACTS).flat().map((act) => [act.key, act]));

function sheet() {
  const box = node("div", "w-deck-sheet"), table = node("table", "w-table");
  box.hidden = true;
  box.setAttribute("role", "note");
  const more = [
    ["J K", "The next turn, the turn before"], ["1 … 9", "That turn"],
    ["Z", "The picture pixel by pixel, and back"], ["+ − 0", "Zoom in, zoom out, all of the picture"], ["F", "The picture on the full screen"],
    ["I", "The next picture of the sample"], ["Esc", "Closes this sheet"],
  ];
  const rows = Object.values(ACTS).flat().map((act) => [act.shown ?? act.key.toUpperCase(), `${act.label}: ${act.help}`]);
  for (const [key, words] of [...rows, ...more]) {
    const row = table.insertRow();
    row.insertCell().append(node("kbd", "w-key", key));
    row.insertCell().textContent = words;
  }
  box.append(table);
  return box;
}

function typing(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
