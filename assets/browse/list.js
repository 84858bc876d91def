// The list of samples as a grid or a table: only what is in sight is there; places are selected by mouse and keys.

const HEAD_HIGH = 34
const FETCH_PAUSE = 70
const SETTLE_PAUSE = 220
const AT = "winnow-browse-at"

class SampleList {
  // `tell` is called when something else is selected, `show` with places to open, `sorted` with an order that was asked for.
  constructor(host, { address, tell, show, sorted, stale }) {
    this.host = host
    this.tell = tell
    this.show = show
    this.sorted = sorted
    this.across = 1
    this.wide = this.high = this.rows = 0
    this.head = null
    this.spacer = host.querySelector(".spacer")
    this.scroller = new Scroller()
    this.selection = new Selection()
    this.pages = new RowPages((start, count) => address(start, count), (rev) => (rev === this.pages.rev ? this.ask() : stale()))
    /** @type {Map<number, HTMLElement & { row?: BrowseRow, shape?: string }>} */
    this.cells = new Map()
    this.total = this.active = 0
    this.anchor = -1
    this.view = "grid"
    this.size = 180
    this.sort = ""
    this.columns = []
    this.frame = this.fetching = this.settling = 0
    this.fetchedAt = 0
    host.addEventListener("scroll", () => this.scrolled(), { passive: true })
    host.addEventListener("click", (event) => this.click(event))
    host.addEventListener("dblclick", (event) => this.doubleClick(event))
    host.addEventListener("keydown", (event) => this.key(event))
    this.watcher = new ResizeObserver(() => this.relay())
    this.watcher.observe(host)
  }

  /** @param {BrowseLook} look */
  begin(look, { keep = false } = {}) {
    const wasSame = keep || (this.pages.rev === "" && remembered().rev === look.rev)
    const place = keep ? this.firstInSight() : remembered().place
    this.total = look.total
    this.pages.begin(look.rev, look.first.rows)
    this.sort = look.sort
    this.head = null
    this.clearCells()
    this.selection.clear()
    this.anchor = -1
    this.active = wasSame ? Math.min(this.active || place, Math.max(0, this.total - 1)) : 0
    this.relay(wasSame ? place : 0)
    this.tell()
  }

  // Contents of the same list may have changed: decisions, tags.
  refresh(first) {
    const place = this.firstInSight()
    this.pages.begin(this.pages.rev, first)
    this.relay(place)
  }

  arrange(view, size, columns) {
    if (view === this.view && size === this.size && columns === this.columns) return
    const place = this.firstInSight()
    Object.assign(this, { view, size, columns, head: null })
    this.host.setAttribute("role", view === "table" ? "grid" : "listbox")
    this.clearCells()
    this.relay(place)
  }

  clearCells() {
    this.cells.clear()
    this.spacer.replaceChildren()
  }

  get isTable() {
    return this.view === "table"
  }

  get headHigh() {
    return this.isTable ? HEAD_HIGH : 0
  }

  // Sizes of everything for the present width; `place` comes to the top.
  relay(place = this.firstInSight()) {
    const width = this.host.clientWidth, view = this.host.clientHeight - this.headHigh
    if (!width || view <= 0) return
    const { columns, wide } = this.isTable ? { columns: 1, wide: width } : cardColumns(width, this.size, GAP)
    const high = this.isTable ? ROW_HIGH : cardHigh(wide)
    Object.assign(this, { across: columns, wide, high, rows: Math.ceil(this.total / columns) })
    this.scroller.resize(this.rows * high, view)
    this.spacer.style.height = `${this.scroller.drawn + this.headHigh}px`
    this.spacer.style.width = this.isTable ? `${tableWidth(tableColumns(this.columns))}px` : ""
    this.host.scrollTop = this.scroller.to(Math.floor(place / columns) * high)
    this.draw()
    this.fetch()
  }

  firstInSight() {
    return this.high ? Math.min(Math.max(0, this.total - 1), Math.round(this.scroller.top / this.high) * this.across) : 0
  }

  scrolled() {
    this.scroller.heard(this.host.scrollTop)
    this.ask()
    const now = performance.now()
    clearTimeout(this.fetching)
    if (now - this.fetchedAt > FETCH_PAUSE) this.fetch()
    else this.fetching = setTimeout(() => this.fetch(), FETCH_PAUSE)
    clearTimeout(this.settling)
    this.settling = setTimeout(() => this.settle(), SETTLE_PAUSE)
  }

  // After a pause the scroll bar stands where it belongs; the list itself does not move.
  settle() {
    const scrolled = this.scroller.to(this.scroller.top)
    if (Math.abs(scrolled - this.host.scrollTop) > 1) this.host.scrollTop = scrolled
    this.draw()
    remember({ rev: this.pages.rev, place: this.firstInSight() })
  }

  fetch() {
    this.fetchedAt = performance.now()
    const [low, high] = this.inSight(1)
    if (high > low) this.pages.need(low, high)
  }

  inSight(more) {
    const [first, last] = rowsInSight(this.scroller.top, this.scroller.view, this.high || 1, this.rows || 0, more)
    return [first * this.across, Math.min(this.total, last * this.across)]
  }

  ask() {
    if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw() })
  }

  draw() {
    if (!this.high) return
    const [low, high] = this.inSight(2)
    for (const [place, cell] of this.cells) {
      if (place >= low && place < high) continue
      cell.remove()
      this.cells.delete(place)
    }
    if (this.isTable) this.drawHead()
    for (let place = low; place < high; place++) this.drawCell(place)
    this.host.setAttribute("aria-activedescendant", this.cells.has(this.active) ? cellId(this.active) : "")
    if (!this.cells.has(this.active)) this.host.removeAttribute("aria-activedescendant")
    if (this.pages.failed) this.host.dataset.failed = "yes"
    else delete this.host.dataset.failed
    this.host.dataset.drawn = `${this.pages.rev} ${low} ${high}`
  }

  drawHead() {
    if (this.head) return
    this.spacer.querySelector(".head")?.remove()
    const columns = tableColumns(this.columns)
    this.head = tableHead(columns, this.sort, (sort) => this.sorted(sort))
    this.head.style.gridTemplateColumns = tableTemplate(columns)
    this.spacer.prepend(this.head)
  }

  drawCell(place) {
    const row = this.pages.row(place), shape = `${this.view} ${this.wide}`
    let cell = this.cells.get(place)
    if (!cell || cell.row !== row || cell.shape !== shape) {
      const fresh = this.isTable ? tableRow(row, tableColumns(this.columns)) : card(row, this.wide)
      if (this.isTable) fresh.style.gridTemplateColumns = tableTemplate(tableColumns(this.columns))
      else Object.assign(fresh.style, { width: `${this.wide}px`, height: `${this.high - GAP}px` })
      with_(fresh, { id: cellId(place), role: this.isTable ? "row" : "option", "data-place": String(place) })
      if (this.isTable) with_(fresh, { "aria-rowindex": String(place + 2) })
      else with_(fresh, { "aria-posinset": String(place + 1), "aria-setsize": String(this.total) })
      if (cell) cell.replaceWith(fresh)
      else this.spacer.append(fresh)
      cell = Object.assign(fresh, { row, shape })
      this.cells.set(place, cell)
    }
    const left = this.isTable ? 0 : (place % this.across) * (this.wide + GAP)
    cell.style.transform = `translate(${left}px, ${this.scroller.at(Math.floor(place / this.across) * this.high) + this.headHigh}px)`
    cell.setAttribute("aria-selected", String(this.selection.has(place)))
    cell.classList.toggle("active", place === this.active)
  }

  // Changes what is selected.
  select(change) {
    change(this.selection)
    this.draw()
    this.tell()
  }

  placeOf(event) {
    const cell = event.target.closest("[data-place]")
    return cell ? Number(cell.dataset.place) : -1
  }

  click(event) {
    const place = this.placeOf(event)
    if (place < 0) return
    this.host.focus({ preventScroll: true })
    if (event.shiftKey) this.extend(place)
    else if (event.target.closest("[data-check]") || event.ctrlKey || event.metaKey) {
      this.anchor = this.active = place
      this.select((selection) => selection.toggle(place))
    } else {
      this.anchor = this.active = place
      this.draw()
      if (event.pointerType === "touch") this.show([place])
    }
  }

  doubleClick(event) {
    const place = this.placeOf(event)
    if (place >= 0 && !event.shiftKey && !event.target.closest("[data-check]")) this.show([place])
  }

  // Selects from where the last selection began up to a place.
  extend(place) {
    if (this.anchor < 0) this.anchor = this.active
    const [low, high] = [Math.min(this.anchor, place), Math.max(this.anchor, place) + 1]
    this.active = place
    this.select((selection) => selection.add(low, high))
  }

  key(event) {
    if (event.target.closest("button")) return
    const inView = Math.max(1, Math.floor(this.scroller.view / this.high)) * this.across
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.across, ArrowDown: this.across, PageUp: -inView, PageDown: inView, Home: -this.total, End: this.total }
    const step = steps[event.key]
    if (event.altKey) return
    if (step !== undefined) this.move(step, event.shiftKey)
    else if (event.key === " ") {
      this.anchor = this.active
      this.select((selection) => selection.toggle(this.active))
    } else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) this.selectAll()
    else if (event.ctrlKey || event.metaKey) return
    else if (event.key === "Enter") this.show([this.active])
    else if (event.key === "Escape") this.select((selection) => selection.clear())
    else if (event.key.toLowerCase() === "c") this.show(this.selection.first(5))
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  move(step, selects) {
    if (!this.total) return
    if (selects && this.anchor < 0) this.anchor = this.active
    const aim = this.active + step
    const place = Math.abs(step) === this.across && this.across > 1 && (aim < 0 || aim >= this.total) ? this.active : Math.max(0, Math.min(this.total - 1, aim))
    if (!selects) this.anchor = place
    this.active = place
    this.bringIntoSight(place)
    if (selects) this.extend(place)
    else this.draw()
  }

  bringIntoSight(place) {
    const above = Math.floor(place / this.across) * this.high, { top: scrolled, view } = this.scroller
    if (above < scrolled) this.host.scrollTop = this.scroller.to(above)
    else if (above + this.high > scrolled + view) this.host.scrollTop = this.scroller.to(above + this.high - view)
    this.fetch()
    this.ask()
  }

  selectAll() {
    this.select((selection) => (this.total ? selection.add(0, this.total) : undefined))
  }

  // The number of the sample at a place, which may have to be fetched first; -1 where it does not come.
  async sampleAt(place) {
    for (let tries = 0; tries < 100; tries++) {
      const row = this.pages.row(place)
      if (row) return row.sample
      this.pages.need(place, place + 1)
      await new Promise((resolve) => { setTimeout(resolve, 50) })
    }
    return -1
  }

  placeOfSample(sample) {
    for (const [page, rows] of this.pages.pages) {
      const at = (rows ?? []).findIndex((row) => row.sample === sample)
      if (at >= 0) return page * PAGE + at
    }
    return -1
  }

  stop() {
    this.watcher.disconnect()
    cancelAnimationFrame(this.frame)
    clearTimeout(this.fetching)
    clearTimeout(this.settling)
  }
}

const cellId = (place) => `wb-${place}`

// Where the list was scrolled to, over a reload or another page.
function remember(at) {
  try {
    sessionStorage.setItem(AT, JSON.stringify(at))
  } catch { /* a browser that keeps nothing */ }
}

function remembered() {
  try {
    const at = JSON.parse(sessionStorage.getItem(AT) ?? "{}")
    return { rev: String(at.rev ?? ""), place: Number(at.place) || 0 }
  } catch {
    return { rev: "", place: 0 }
  }
}
