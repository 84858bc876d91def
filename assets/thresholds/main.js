// The board of the thresholds page: a histogram with a cut per metric, what remains, and the funnel.
// While a handle moves, /evaluate answers from the server's memory; on release the recipe goes to the session.

const PAD = 10 // pixels beside the bars, where a handle rests that cuts nothing
const FINE = 240 // steps of an arrow key over the whole scale
const KEY_PAUSE = 450 // milliseconds after the last key before the recipe is handed over
const PATIENCE = 4000 // milliseconds before a move that was not acknowledged is said again
const TRAIL = 20 // moves that are remembered beside what the server showed: a change is against these
const boards = new WeakMap()

/** @type {Component<BoardData, BoardSent>} */
export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  if (!boards.has(parentElement)) boards.set(parentElement, new Board(parentElement))
  const board = boards.get(parentElement)
  board.receive(data, (said) => setTriggerValue("said", said))
  return () => {
    board.stop()
    boards.delete(parentElement)
  }
}

class Board {
  constructor(parent) {
    this.root = parent.querySelector(".wt")
    /** @type {BoardCut[]} */
    this.cuts = []
    /** @type {string[]} */
    this.flags = []
    /** @type {Array<BoardMetric & { scale: Scale }>} */
    this.metrics = []
    /** @type {Record<string, number[]>} */
    this.kept = {}
    /** @type {BoardStep[]} */
    this.funnel = []
    /** @type {Partial<BoardFocus>} */
    this.focus = {}
    this.scope = {}
    this.rows = []
    this.remaining = this.total = undefined
    this.seq = this.waiting = this.drawing = 0
    this.dragging = this.asking = this.alone = false
    this.asked = null
    this.last = {}
    this.trail = []
    this.build()
    this.resized = new ResizeObserver(() => this.remeasure())
    this.resized.observe(this.root)
    this.leave = () => this.flush() // what comes next may be Undo, or another page
    document.addEventListener("pointerdown", this.leave, true)
    window.addEventListener("beforeunload", this.leave)
    this.seen = new IntersectionObserver((all) => this.scrolled(all), { root: this.list })
  }

  remeasure() {
    for (const row of [...this.rows, this.big?.row]) if (row) row.plot.wide = 0
    this.paint()
  }

  // Only rows in sight are drawn.
  scrolled(all) {
    for (const one of all) {
      const row = this.rows.find((each) => each.root === one.target)
      if (row) row.inSight = one.isIntersecting
    }
    this.paint()
  }

  build() {
    const part = (name) => this.root.appendChild(make("div", name))
    this.head = part("wt-head")
    this.number = make("span", "w-big", "", { "aria-live": "off" })
    this.of = make("span", "wt-of")
    this.bar = make("div", "w-bar")
    this.bar.append(make("span"))
    this.head.append(this.number, this.of, this.bar)
    this.large = part("wt-focus")
    this.tabs = part("wt-tabs")
    this.list = part("wt-list")
    this.table = part("wt-list wt-funnel")
    this.status = part("wt-status")
    this.status.setAttribute("role", "status")
    const choose = (name) => {
      this.tab = name
      this.list.hidden = name !== "metrics"
      this.table.hidden = name !== "funnel"
      this.modes.hidden = name !== "funnel"
      for (const one of this.tabs.querySelectorAll("[role=tab]"))
        one.setAttribute("aria-selected", String(one.dataset.tab === name))
      this.remeasure()
    }
    this.tabs.setAttribute("role", "tablist")
    for (const [name, text] of [["metrics", "Metrics"], ["funnel", "Funnel"]]) {
      const tab = make("button", "wt-tab", text, { role: "tab", type: "button", "data-tab": name })
      tab.addEventListener("click", () => choose(name))
      this.tabs.append(tab)
    }
    this.modes = this.tabs.appendChild(make("span", "wt-modes"))
    for (const [alone, text] of /** @type {Array<[boolean, string]>} */ ([[false, "One after another"], [true, "Each by itself"]])) {
      const mode = make("button", "wt-mode", text, { type: "button", "aria-pressed": String(!alone) })
      mode.addEventListener("click", () => {
        this.alone = alone
        for (const one of this.modes.children) one.setAttribute("aria-pressed", String(one === mode))
        this.paint()
      })
      this.modes.append(mode)
    }
    this.lines = new Map()
    this.funnelHead = this.table.appendChild(make("div", "wt-step wt-top"))
    choose("metrics")
  }

  /** @param {BoardData} data */
  receive(data, tell) {
    this.tell = tell
    this.scope = data.scope
    this.seq = Math.max(this.seq, data.seq)
    this.heard = data.seq
    if (this.heard < this.seq) this.expect()
    const shape = JSON.stringify(data.metrics.map((one) => [one.name, one.edges[0], one.edges[48], one.title]))
    this.metrics = data.metrics.map((one) => ({ ...one, scale: new Scale(one.edges, one.whole) }))
    this.kinds = data.kinds
    const behind = data.seq < this.seq || this.dragging || this.waiting
    if (!behind) {
      this.cuts = data.cuts
      this.flags = data.flags
      this.trail = [{ cuts: data.cuts, flags: data.flags }]
      this.focus = data.focus
      this.take(data.counts)
      if (!this.asking) write(this.status, "")
    }
    if (shape !== this.shape) this.rebuild()
    this.shape = shape
    for (const row of this.rows) {
      row.metric = row.plot.metric = this.metrics.find((one) => one.name === row.metric.name)
    }
    this.refocus()
    this.colours()
    if (behind) this.ask(performance.now())
    this.paint()
  }

  colours() {
    const style = getComputedStyle(this.root)
    const of = (name, other) => style.getPropertyValue(name).trim() || other
    const text = of("--st-text-color", "#333")
    const mix = (colour, share) => `color-mix(in srgb, ${colour} ${share}%, transparent)`
    const red = of("--st-red-color", "#b42318")
    this.ink = { gone: mix(text, 24), kept: of("--st-primary-color", "#0f766e"), line: mix(text, 45) }
    Object.assign(this.ink, { cut: mix(red, 42), hatch: mix(red, 38) })
  }

  rebuild() {
    this.seen.disconnect()
    this.list.replaceChildren()
    this.chips = this.list.appendChild(make("div", "wt-chips"))
    this.rows = []
    let group = null
    for (const metric of this.metrics) {
      if (metric.principle !== group) {
        group = metric.principle
        this.list.append(make("div", "w-group", group.charAt(0).toUpperCase() + group.slice(1)))
      }
      const row = new Row(this, metric, false)
      this.rows.push(row)
      this.list.append(row.root)
      this.seen.observe(row.root)
    }
    if (!this.metrics.length)
      this.list.append(make("p", "wt-soft", "No metric has values yet. They appear here while scoring goes on."))
    this.big = null
  }

  refocus() {
    const metric = this.metrics.find((one) => this.focus.kind === "threshold" && one.name === this.focus.name)
    const name = metric ? metric.name : `${this.focus.kind}:${this.focus.name}`
    if (this.big && this.big.of === name && this.big.shape === this.shape) {
      if (this.big.row) this.big.row.metric = this.big.row.plot.metric = metric
      return
    }
    this.large.replaceChildren()
    this.big = { of: name, shape: this.shape, row: metric ? new Row(this, metric, true) : null }
    this.large.append(this.big.row ? this.big.row.root : make("p", "wt-soft", ""))
  }

  cut(name) {
    return this.cuts.find((one) => one.metric === name) || { metric: name, low: null, high: null }
  }

  set(name, low, high) {
    const next = { metric: name, low, high }
    const there = this.cuts.some((one) => one.metric === name)
    if (low === null && high === null) this.cuts = this.cuts.filter((one) => one.metric !== name)
    else if (there) this.cuts = this.cuts.map((one) => (one.metric === name ? next : one))
    else this.cuts = [...this.cuts, next]
  }

  move(metric, side, value, since) {
    const now = this.cut(metric.name)
    if (now[side] === value) return
    this.focus = { kind: "threshold", name: metric.name }
    this.set(metric.name, side === "low" ? value : now.low, side === "high" ? value : now.high)
    this.refocus()
    this.ask(since)
  }

  toggle(metric) {
    const now = this.cut(metric.name)
    if (now.low !== null || now.high !== null) {
      this.last[metric.name] = now
      this.set(metric.name, null, null)
    } else {
      const next = this.last[metric.name] || metric.start
      this.set(metric.name, next.low, next.high)
    }
    this.ask(performance.now())
    this.look("threshold", metric.name, true)
  }

  look(kind, name, changed) {
    const same = this.focus.kind === kind && this.focus.name === name
    this.focus = { kind, name }
    this.refocus()
    this.paint()
    if (changed || !same || kind !== "threshold") this.commit()
  }

  later(what) {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(what, KEY_PAUSE)
  }

  flush() {
    if (this.waiting) this.commit()
  }

  commit() {
    clearTimeout(this.waiting)
    this.waiting = 0
    this.seq += 1
    this.expect()
    this.tell({ seq: this.seq, cuts: this.cuts, flags: this.flags, focus: this.focus, trail: this.trail })
    this.trail = [...this.trail.slice(0, 1), ...this.trail.slice(1).slice(-TRAIL), { cuts: this.cuts, flags: this.flags }]
  }

  // A server that was started anew, or a run that was cut short, did not hear the last move.
  expect() {
    clearTimeout(this.again)
    this.again = setTimeout(() => {
      if (this.heard < this.seq && !this.dragging && !this.waiting) this.commit()
    }, PATIENCE)
  }

  // One question at a time; what changed meanwhile is asked when the answer is there.
  async ask(since) {
    this.asked = this.asked ?? since
    this.paint()
    if (this.asking) return
    this.asking = true
    while (this.asked !== null) {
      const started = this.asked
      this.asked = null
      try {
        const body = JSON.stringify({ cuts: this.cuts, flags: this.flags, scope: this.scope })
        const headers = { "Content-Type": "application/json" }
        const answer = await fetch("/evaluate", { method: "POST", headers, body })
        if (!answer.ok) throw new Error((await answer.text()).slice(0, 300))
        this.take(await answer.json())
        write(this.status, "")
        this.paint(started)
      } catch (error) {
        const why = error instanceof TypeError ? "The server does not answer." : error.message
        write(this.status, `${why} These are the counts of before.`)
      }
    }
    this.asking = false
  }

  /** @param {BoardCounts} counts */
  take(counts) {
    this.kept = counts.kept
    this.funnel = counts.funnel
    this.remaining = counts.remaining
    this.total = counts.total
  }

  // Draws once per frame, and remembers how long it took from the user's input on.
  paint(since) {
    this.since = this.since ?? since
    if (this.drawing) return
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0
      this.draw()
      if (this.since === undefined) return
      if (performance.getEntriesByName("winnow-move").length > 500) performance.clearMeasures("winnow-move")
      performance.measure("winnow-move", { start: this.since, end: performance.now() })
      this.since = undefined
    })
  }

  draw() {
    if (!this.ink || this.total === undefined) return
    write(this.number, count(this.remaining))
    write(this.of, ` of ${count(this.total)} samples remain (${percent(this.remaining, this.total)})`)
    this.bar.firstChild.style.width = percent(this.remaining, this.total).replace(" ", "")
    if (this.big.row) this.big.row.draw()
    else this.drawOther()
    if (this.tab === "funnel") {
      this.drawFunnel()
      return
    }
    this.drawChips()
    for (const row of this.rows) {
      if (row.inSight) row.draw()
      else row.state()
    }
  }

  drawOther() {
    const one = this.funnel.find((step) => step.kind === this.focus.kind && step.name === this.focus.name)
    const words = one ? `${one.title}: removes ${count(one.fails)} (${count(one.only)} only by this)` : "Choose a metric below."
    write(this.large.firstChild, words)
  }

  drawChips() {
    const shown = JSON.stringify([this.kinds, this.flags])
    if (this.chips.dataset.shown === shown) return
    this.chips.dataset.shown = shown
    this.chips.replaceChildren()
    if (this.kinds.length) this.chips.append(make("div", "wt-soft", "Drop samples with these flags, unless dismissed"))
    for (const one of this.kinds) {
      const pressed = this.flags.includes(one.kind)
      const chip = make("button", "wt-chip", `${one.title} ${count(one.count)}`, { type: "button" })
      chip.setAttribute("aria-pressed", String(pressed))
      chip.addEventListener("click", () => {
        this.flags = pressed ? this.flags.filter((kind) => kind !== one.kind) : [...this.flags, one.kind]
        this.ask(performance.now())
        this.look("flag", one.kind, true)
      })
      this.chips.append(chip)
    }
  }

  drawFunnel() {
    const names = this.alone ? ["", "Filter", "Drops", "Only this", "", ""] : ["", "Filter", "Drops", "Only this", "", "Remain"]
    if (this.funnelHead.dataset.mode !== String(this.alone)) {
      this.funnelHead.dataset.mode = String(this.alone)
      this.funnelHead.replaceChildren(...names.map((name) => make("span", "", name)))
    }
    const present = new Set(this.funnel.map((one) => `${one.kind}:${one.name}`))
    for (const [key, line] of this.lines) {
      if (present.has(key)) continue
      line.root.remove()
      this.lines.delete(key)
    }
    this.funnel.forEach((one, place) => {
      const key = `${one.kind}:${one.name}`
      if (!this.lines.has(key)) this.lines.set(key, this.line(one))
      const line = this.lines.get(key)
      if (this.table.children[place + 1] !== line.root) this.table.insertBefore(line.root, this.table.children[place + 1] || null)
      const drops = this.alone ? one.fails : one.drops
      write(line.drops, count(drops))
      write(line.only, count(one.only))
      write(line.rest, this.alone ? percent(one.fails, this.total) : count(one.remaining))
      const kept = this.alone ? 0 : one.remaining / Math.max(this.total, 1)
      line.bar.children[0].style.width = `${100 * kept}%`
      line.bar.children[1].style.width = `${(100 * drops) / Math.max(this.total, 1)}%`
      line.root.classList.toggle("wt-now", this.focus.kind === one.kind && this.focus.name === one.name)
    })
  }

  line(one) {
    const root = make("div", "wt-step")
    const moves = make("span", "wt-moves")
    if (one.kind !== "person") {
      for (const [text, by, words] of [["↑", -1, "earlier"], ["↓", 1, "later"]]) {
        const button = make("button", "", text, { type: "button", "aria-label": `${one.title}: ${words}` })
        button.addEventListener("click", () => this.reorder(one, (list, at) => at + by))
        moves.append(button)
      }
      root.draggable = true
      root.addEventListener("dragstart", (event) => {
        event.dataTransfer.effectAllowed = "move"
        this.dragged = one
      })
      root.addEventListener("dragover", (event) => this.dragged?.kind === one.kind && event.preventDefault())
      root.addEventListener("drop", (event) => {
        event.preventDefault()
        this.reorder(this.dragged, (list) => list.indexOf(one.name))
      })
    }
    const title = make("button", "wt-title", one.title, { type: "button", title: "Show what only this filter drops" })
    title.addEventListener("click", () => this.look(one.kind, one.name, false))
    const bar = make("span", "w-bar")
    bar.append(make("span"), make("span", "w-rest"))
    const [drops, only, rest] = ["w-num", "w-num", "w-num"].map((name) => make("span", name))
    root.append(moves, title, drops, only, bar, rest)
    return { root, drops, only, bar, rest }
  }

  // The order of thresholds, and that of flags before them, is the funnel's.
  reorder(one, target) {
    const steps = one.kind === "flag" ? this.flags : this.cuts
    const names = one.kind === "flag" ? this.flags : this.cuts.map((cut) => cut.metric)
    const from = names.indexOf(one.name)
    const to = target(names, from)
    if (from < 0 || to < 0 || to >= names.length || from === to) return
    /** @type {any[]} */
    const next = [...steps]
    next.splice(to, 0, ...next.splice(from, 1))
    if (one.kind === "flag") this.flags = next
    else this.cuts = next
    this.ask(performance.now())
    this.commit()
  }

  stop() {
    clearTimeout(this.waiting)
    clearTimeout(this.again)
    document.removeEventListener("pointerdown", this.leave, true)
    window.removeEventListener("beforeunload", this.leave)
    cancelAnimationFrame(this.drawing)
    this.resized.disconnect()
    this.seen.disconnect()
  }
}
