// One histogram with its two handles; the same metric may be drawn twice, small in the list and large in focus.
class Plot {
  constructor(board, metric, high) {
    /** @type {Board} */
    this.board = board
    /** @type {BoardMetric & { scale: Scale }} */
    this.metric = metric
    this.high = high
    this.root = make("div", "wt-plot")
    this.root.style.height = `${high}px`
    this.canvas = this.root.appendChild(make("canvas"))
    this.handles = { low: this.handle("low"), high: this.handle("high") }
    this.announce(board.cut(metric.name))
    this.root.addEventListener("pointerdown", (event) => this.press(event))
  }

  handle(side) {
    const words = side === "low" ? "lowest kept" : "highest kept"
    const made = this.root.appendChild(
      make("div", "wt-handle", "", { role: "slider", tabindex: "0", "aria-orientation": "horizontal" }),
    )
    made.setAttribute("aria-label", `${this.metric.title}, ${words}`)
    made.addEventListener("keydown", (event) => this.key(event, side))
    return made
  }

  // Read once per layout, not once per frame: asking for it after a style has changed costs a layout each.
  width() {
    this.wide = this.wide || this.root.clientWidth
    return this.wide || 200
  }

  left(side) {
    const value = this.board.cut(this.metric.name)[side]
    const inner = this.width() - 2 * PAD
    if (value === null) return side === "low" ? PAD - 6 : PAD + inner + 6
    return PAD + this.metric.scale.line(value, side) * inner
  }

  press(event) {
    if (event.button !== 0) return
    event.preventDefault()
    const own = Object.entries(this.handles).find(([, handle]) => handle.contains(event.target))
    const start = event.clientX
    const box = this.root.getBoundingClientRect()
    const near = (side) => Math.abs(this.left(side) - (start - box.left))
    const side = own ? own[0] : near("low") <= near("high") ? "low" : "high"
    this.handles[side].focus({ preventScroll: true })
    this.root.setPointerCapture(event.pointerId)
    let moved = false
    const move = (next) => {
      if (!moved && Math.abs(next.clientX - start) < 3) return
      moved = true
      this.board.dragging = true
      this.root.classList.add("wt-dragged")
      const place = (next.clientX - box.left - PAD) / (box.width - 2 * PAD)
      this.board.move(this.metric, side, this.at(side, place), next.timeStamp)
    }
    const end = () => {
      this.root.removeEventListener("pointermove", move)
      this.root.removeEventListener("pointerup", end)
      this.root.removeEventListener("pointercancel", end)
      this.root.classList.remove("wt-dragged")
      this.board.dragging = false
      this.board.look("threshold", this.metric.name, moved)
    }
    this.root.addEventListener("pointermove", move)
    this.root.addEventListener("pointerup", end)
    this.root.addEventListener("pointercancel", end)
  }

  // The cut at a place of the scale; beyond its end the handle rests and cuts nothing.
  at(side, place) {
    if (side === "low" ? place < -0.004 : place > 1.004) return null
    const other = this.board.cut(this.metric.name)[side === "low" ? "high" : "low"]
    const value = this.metric.scale.value(place, side)
    if (other === null) return value
    return side === "low" ? Math.min(value, other) : Math.max(value, other)
  }

  key(event, side) {
    const jump = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12 }[event.key]
    if (jump === undefined && event.key !== "Home" && event.key !== "End") {
      this.board.flush() // the key may be Undo's
      return
    }
    event.preventDefault()
    event.stopPropagation()
    const { scale, name } = this.metric
    const now = this.board.cut(name)[side]
    let next
    if (jump === undefined) {
      const places = event.key === "Home" ? { low: -1, high: 0 } : { low: 1, high: 2 }
      next = this.at(side, places[side])
    } else if (now === null) {
      const inward = side === "low" ? jump > 0 : jump < 0
      next = inward ? this.at(side, side === "low" ? 0 : 1) : null
    } else {
      next = this.at(side, scale.line(now, side) + jump / FINE)
      if (next === now && scale.whole) next = this.at(side, scale.line(now + Math.sign(jump), side))
    }
    this.board.move(this.metric, side, next, event.timeStamp)
    this.board.later(() => this.board.look("threshold", name, true))
  }

  draw() {
    const { canvas, metric, high } = this
    const wide = this.width()
    const ratio = window.devicePixelRatio || 1
    if (canvas.width !== Math.round(wide * ratio) || canvas.height !== Math.round(high * ratio)) {
      canvas.width = Math.round(wide * ratio)
      canvas.height = Math.round(high * ratio)
    }
    const pen = canvas.getContext("2d")
    const ink = this.board.ink
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, wide, high)
    const cut = this.board.cut(metric.name)
    const [left, right] = [cut.low === null ? PAD : this.left("low"), cut.high === null ? wide - PAD : this.left("high")]
    const kept = this.board.kept[metric.name] || metric.counts
    const top = Math.sqrt(Math.max(1, ...metric.counts))
    const bars = (counts, colour) => {
      pen.fillStyle = colour
      counts.forEach((number, bin) => {
        if (number <= 0) return
        const tall = Math.max(((high - 2) * Math.sqrt(number)) / top, 1.5)
        const [from, to] = metric.scale.bar(bin).map((share) => share * (wide - 2 * PAD))
        pen.fillRect(PAD + from, high - tall, Math.max(to - from - (to - from > 5 ? 1 : 0.4), 1), tall)
      })
    }
    bars(metric.counts, ink.gone)
    bars(kept, ink.kept)
    for (const [from, to] of [[0, left], [right, wide]]) {
      if ((from === 0 ? cut.low : cut.high) === null) continue
      pen.save()
      pen.beginPath()
      pen.rect(from, 0, to - from, high)
      pen.clip()
      bars(metric.counts, ink.cut)
      pen.strokeStyle = ink.hatch
      pen.lineWidth = 1
      pen.beginPath()
      for (let x = from - high; x < to; x += 7) {
        pen.moveTo(x, high)
        pen.lineTo(x + high, 0)
      }
      pen.stroke()
      pen.restore()
    }
    pen.fillStyle = ink.line
    pen.fillRect(PAD, high - 0.5, wide - 2 * PAD, 0.5)
    this.place(cut)
  }

  place(cut) {
    for (const [side, handle] of Object.entries(this.handles)) {
      handle.style.transform = `translateX(${this.left(side) - 7}px)`
      handle.classList.toggle("wt-resting", cut[side] === null)
    }
    this.announce(cut)
  }

  // What a screen reader says; it needs no layout, so that it is there before the first frame.
  announce(cut) {
    const { scale, unit } = this.metric
    for (const [side, handle] of Object.entries(this.handles)) {
      const value = cut[side]
      handle.setAttribute("aria-valuemin", short(scale.edges[0]))
      handle.setAttribute("aria-valuemax", short(scale.edges[scale.bins]))
      handle.setAttribute("aria-valuenow", short(value ?? scale.edges[side === "low" ? 0 : scale.bins]))
      handle.setAttribute("aria-valuetext", value === null ? "no cut on this side" : `${short(value)} ${unit}`)
    }
  }
}

// A metric's switch, exact numbers and what it drops.
class Row {
  constructor(board, metric, large) {
    /** @type {Board} */
    this.board = board
    /** @type {BoardMetric & { scale: Scale }} */
    this.metric = metric
    this.large = large
    this.root = make("div", large ? "wt-large" : "wt-row")
    this.switch = make("button", "wt-switch", "", { role: "switch", type: "button", "aria-label": metric.title })
    this.switch.addEventListener("click", () => board.toggle(metric))
    this.title = make("button", "wt-title", metric.title, { type: "button", title: metric.about })
    this.title.addEventListener("click", () => board.look("threshold", metric.name, false))
    this.said = make("span", "wt-said w-num")
    this.inputs = large ? { low: this.input("low"), high: this.input("high") } : {}
    this.plot = new Plot(board, metric, large ? 118 : 34)
    const head = this.root.appendChild(make("div", "wt-line"))
    head.append(this.switch, this.title)
    if (large) {
      head.append(make("span", "wt-grow"), this.inputs.low, make("span", "wt-soft", "to"), this.inputs.high)
      this.root.append(this.plot.root, this.axis(), this.said)
    } else {
      head.append(this.said)
      this.root.append(this.plot.root)
    }
  }

  input(side) {
    const words = side === "low" ? "lowest kept" : "highest kept"
    const made = make("input", "wt-number w-num", "", { type: "text", inputmode: "decimal", placeholder: "any" })
    made.setAttribute("aria-label", `${this.metric.title}, ${words}, exact`)
    made.addEventListener("keydown", (event) => {
      event.stopPropagation()
      if (event.key === "Enter") made.blur()
    })
    made.addEventListener("change", () => {
      const text = made.value.trim().replace(",", ".")
      const value = text === "" ? null : Number(text)
      made.classList.toggle("wt-wrong", value !== null && !Number.isFinite(value))
      if (value !== null && !Number.isFinite(value)) return
      this.board.move(this.metric, side, value, performance.now())
      this.board.look("threshold", this.metric.name, true)
    })
    return made
  }

  axis() {
    const made = make("div", "wt-axis w-num")
    const { scale, unit } = this.metric
    for (const share of [0, 0.25, 0.5, 0.75, 1]) made.append(make("span", "", short(scale.value(share))))
    made.title = `${unit}; the height is the square root of the number of samples`
    return made
  }

  // What can be read without being in sight.
  state() {
    const cut = this.board.cut(this.metric.name)
    const used = cut.low !== null || cut.high !== null
    if (this.shown?.low === cut.low && this.shown.high === cut.high) return used
    this.shown = cut
    this.switch.setAttribute("aria-checked", String(used))
    this.root.classList.toggle("wt-used", used)
    this.plot.place(cut)
    return used
  }

  draw() {
    const { metric, board } = this
    const cut = board.cut(metric.name)
    const used = this.state()
    for (const [side, input] of Object.entries(this.inputs)) {
      if (document.activeElement !== input) input.value = short(cut[side])
    }
    const counted = board.funnel.find((one) => one.kind === "threshold" && one.name === metric.name)
    const missing = metric.missing ? ` · ${count(metric.missing)} without a value` : ""
    const drops = counted && used ? `removes ${count(counted.fails)} (${count(counted.only)} only by this)` : "not used"
    write(this.said, this.large ? drops + missing : drops)
    this.said.title = drops + missing
    this.root.classList.toggle("wt-now", !this.large && board.focus.kind === "threshold" && board.focus.name === metric.name)
    this.plot.draw()
  }
}
