// The browse page: filters, the query, the list and the opened samples. /browse/look answers while one types or clicks;
// what is asked then follows to the session, so that the address has it.

const TYPE_PAUSE = 280
const TELL_PAUSE = 220
const MOST_BESIDE = 4
const MOST_OPENED_METRICS = 12
const HELP = [
  ["dog frisbee", "both words, anywhere in the turns"],
  ['"red bus"', "these words one after the other"],
  ["task:counting,ocr", "one of these values"],
  ["flag:*   -tag:done", "any flag; not this tag"],
  ["turns>3   sharpness:20..60", "numbers and ranges"],
  ["dog or (cat -street)", "and, or, not, brackets"],
]
const views = new WeakMap()

/** @type {Component<BrowseData, BrowseSent>} */
export default function ({ parentElement, data, setTriggerValue }) {
  if (!views.has(parentElement)) views.set(parentElement, new Browse(parentElement.querySelector(".w-browse")))
  const view = views.get(parentElement)
  view.send = setTriggerValue
  view.receive(data)
  return () => {
    view.stop()
    views.delete(parentElement)
  }
}

class Browse {
  constructor(root) {
    this.root = root
    this.send = /** @type {(name: keyof BrowseSent, value: any) => void} */ (() => {})
    this.sortable = []
    this.told = "[]"
    this.part = Object.fromEntries(["query", "problem", "total", "by", "way", "size", "side", "list", "nothing", "viewer", "fold", "compare", "none", "sheet"]
      .map((name) => [name, root.querySelector(`.${name}`)]))
    this.seq = this.done = this.asking = 0
    this.typing = this.telling = this.selecting = 0
    /** @type {BrowseLook} */
    this.look = null
    this.scope = {}
    this.view = "grid"
    this.size = 180
    this.opened = []
    this.metrics = []
    this.columns = []
    this.filters = new Filters(this.part.side, (edit) => this.ask({ edit }), (field, isOpen) => this.turn(field, isOpen))
    this.list = new SampleList(this.part.list, {
      address: (start, count) => this.address(start, count),
      tell: () => this.selected(),
      show: (places) => this.openPlaces(places),
      sorted: (sort) => this.ask({ sort }),
      stale: () => this.ask(),
    })
    this.viewer = new Viewer(this.part.viewer, {
      step: (by) => this.step(by),
      like: (sample) => this.send("like", sample),
      leave: () => this.open([]),
    })
    this.listen()
  }

  listen() {
    const { query, by, way, size, fold, sheet } = this.part
    this.root.querySelector(".ask").onsubmit = (event) => {
      event.preventDefault()
      clearTimeout(this.typing)
      this.ask()
    }
    query.oninput = () => {
      clearTimeout(this.typing)
      this.typing = setTimeout(() => this.ask(), TYPE_PAUSE)
    }
    query.onkeydown = (event) => { if (event.key === "ArrowDown") this.part.list.focus() }
    by.onchange = () => this.ask({ sort: by.value && this.isNumeric(by.value) ? `-${by.value}` : by.value })
    way.onclick = () => this.ask({ sort: this.look.sort.startsWith("-") ? this.look.sort.slice(1) : `-${this.look.sort}` })
    size.oninput = () => this.arrange(this.view, Number(size.value))
    for (const button of this.root.querySelectorAll("[data-show]")) button.onclick = () => this.arrange(button.dataset.show, this.size)
    this.root.querySelector(".all").onclick = () => this.list.selectAll()
    this.part.none.onclick = () => this.list.select((selection) => selection.clear())
    this.part.compare.onclick = () => this.openPlaces(this.list.selection.first(MOST_BESIDE + 1))
    fold.onclick = () => this.fold(this.root.dataset.side !== "open")
    if (this.root.clientWidth < 700) this.fold(false)
    sheet.replaceChildren(node("table", "", ...HELP.map(([text, words]) => node("tr", "", node("td", "", node("code", "", text)), node("td", "", words)))))
  }

  fold(isOpen) {
    this.root.dataset.side = isOpen ? "open" : "closed"
    this.part.fold.setAttribute("aria-expanded", String(isOpen))
  }

  isNumeric(field) {
    return this.columns.some((column) => column.name === field && column.numeric)
  }

  /** @param {BrowseData} data */
  receive(data) {
    const isFirst = this.look === null
    if (data.seq < this.seq) return // an answer to something older than what is shown
    const isSame = !isFirst && data.look.rev === this.look.rev
    const isDone = data.done !== this.done
    Object.assign(this, { seq: data.seq, scope: data.scope, done: data.done, metrics: data.open, columns: data.columns })
    if (isFirst || JSON.stringify(data.columns) !== JSON.stringify(this.sortable)) this.offer(data.columns)
    this.view = data.view
    this.size = data.size
    this.put(data.look, { text: data.look.query })
    if (isFirst || !isSame) this.list.begin(data.look)
    else if (isDone) {
      this.list.select((selection) => selection.clear())
      this.list.refresh(data.look.first.rows)
    }
    this.show(data.opened)
  }

  offer(columns) {
    this.sortable = columns
    this.part.by.replaceChildren(new Option("Order of the files", ""), ...columns.map((column) => new Option(column.title, column.name)))
  }

  // Draws a look, the list aside.
  /** @param {BrowseLook} look */
  put(look, { text = null } = {}) {
    this.look = look
    const { query, problem, by, way, nothing } = this.part
    if (text !== null && query !== document.activeElement) query.value = text
    else if (text !== null && query.value.trim() === "") query.value = text
    problem.textContent = look.problem
    by.value = look.sort.replace(/^-/, "")
    way.disabled = !look.sort
    way.textContent = look.sort.startsWith("-") ? "↓" : "↑"
    nothing.hidden = look.total > 0
    nothing.textContent = look.problem ? "Nothing is shown until the query can be read." : "No sample matches these filters. Take one off, or search for fewer words."
    this.filters.draw(look, this.metrics)
    this.settleTools()
  }

  settleTools() {
    for (const button of this.root.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === this.view))
    this.part.size.value = String(this.size)
    this.part.size.disabled = this.view === "table"
    this.root.dataset.view = this.view
    this.list.arrange(this.view, this.size, this.columns)
    const { count } = this.list.selection
    this.part.compare.disabled = count < 2 || count > MOST_BESIDE
    this.part.none.disabled = !count
    const { total, every } = this.look
    const samples = total === every ? `${counted(total)} samples` : `${counted(total)} of ${counted(every)} samples`
    this.part.total.textContent = count ? `${samples} · ${counted(count)} selected` : samples
  }

  // Asks what another query, order or filter gives. Answers to older questions are passed over.
  async ask({ edit = null, sort = this.look.sort } = {}) {
    const ask = ++this.asking
    /** @type {BrowseQuestion} */
    const question = { scope: this.scope, query: this.part.query.value, sort, open: this.metrics, table: this.view === "table", edit }
    let answer, problem = ""
    try {
      answer = await fetch("/browse/look", { method: "POST", body: JSON.stringify(question), headers: { "Content-Type": "application/json" } })
      if (!answer.ok) problem = await answer.text()
    } catch {
      problem = "The server does not answer. Is it still running?"
    }
    if (ask !== this.asking) return
    /** @type {BrowseLook | null} */
    const look = problem ? null : await answer.json()
    if (ask !== this.asking) return
    if (!look || look.problem) {
      this.part.problem.textContent = problem || look.problem
      return
    }
    const isSame = look.rev === this.look.rev
    if (edit) this.part.query.value = look.query
    this.put(look)
    if (!isSame) this.list.begin(look)
    else this.list.sort = look.sort
    this.changed()
  }

  address(start, count) {
    const params = { ...this.scope, query: this.look.query, sort: this.look.sort, start, count, table: this.view === "table" ? 1 : 0 }
    return `/browse/rows?${new URLSearchParams(Object.entries(params).map(([name, value]) => [name, String(value)]))}`
  }

  turn(field, isOpen) {
    this.metrics = [...this.metrics.filter((other) => other !== field), ...(isOpen ? [field] : [])].slice(-MOST_OPENED_METRICS)
    this.ask()
  }

  arrange(view, size) {
    const needsValues = view === "table" && this.view !== "table"
    Object.assign(this, { view, size })
    if (needsValues) this.list.refresh([])
    this.settleTools()
    this.changed()
  }

  async openPlaces(places) {
    if (!places.length || places.length > MOST_BESIDE) return
    if (places.length === 1) this.list.active = places[0]
    const numbers = await Promise.all(places.map((place) => this.list.sampleAt(place)))
    this.open(numbers.filter((number) => number >= 0))
  }

  open(numbers) {
    this.show(numbers)
    this.changed()
    if (!numbers.length) this.part.list.focus({ preventScroll: true })
  }

  show(numbers) {
    this.opened = numbers
    this.viewer.show(numbers)
    this.root.dataset.opened = numbers.length ? "yes" : ""
  }

  step(by) {
    const known = this.list.placeOfSample(this.opened[0])
    const place = (known >= 0 ? known : this.list.active) + by
    if (place < 0 || place >= this.list.total) return
    this.list.active = place
    this.list.bringIntoSight(place)
    this.openPlaces([place])
  }

  // Hands over to the session what is shown now.
  changed() {
    this.seq += 1
    clearTimeout(this.telling)
    this.telling = setTimeout(() => this.send("changed", {
      seq: this.seq, query: this.look.query, sort: this.look.sort, view: this.view, size: this.size, open: this.metrics, opened: this.opened,
    }), TELL_PAUSE)
  }

  selected() {
    if (!this.look) return
    const { spans } = this.list.selection
    this.settleTools()
    const text = JSON.stringify(spans)
    if (text === this.told) return
    this.told = text
    clearTimeout(this.selecting)
    this.selecting = setTimeout(() => this.send("selected", { rev: this.look.rev, query: this.look.query, sort: this.look.sort, spans }), TELL_PAUSE)
  }

  stop() {
    this.list.stop()
    this.viewer.stop()
    this.asking += 1
    clearTimeout(this.typing)
    clearTimeout(this.telling)
    clearTimeout(this.selecting)
  }
}

const counted = (number) => number.toLocaleString("en")
