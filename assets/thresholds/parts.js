function make(tag, name = "", /** @type {any} */ text = "", more = {}) {
  const made = document.createElement(tag)
  if (name) made.className = name
  if (text !== "") made.textContent = text
  for (const [key, value] of Object.entries(more)) made.setAttribute(key, value)
  return made
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text
}

const count = (number) => number.toLocaleString("en")
const percent = (part, whole) => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`

function short(value) {
  if (value === null || value === undefined) return ""
  const size = Math.abs(value)
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return value.toExponential(2)
  return String(Number(value.toPrecision(size >= 1000 ? 6 : 4)))
}

// A metric's scale: bins of equal width on the screen, whatever their width in values.
class Scale {
  constructor(edges, whole) {
    this.edges = edges
    this.whole = whole
    this.bins = edges.length - 1
  }

  // From where to where a bin's bar reaches, from 0 to 1: that of a whole number up to the next one.
  bar(bin) {
    const [from, to] = [this.edges[bin], this.edges[bin + 1]]
    if (!this.whole || to - from >= 1) return [bin / this.bins, (bin + 1) / this.bins]
    const value = Math.ceil(from - 1e-9)
    return [this.place(value), this.place(value + 1)]
  }

  // Where a cut is drawn: the highest kept whole number ends where the next one starts.
  line(value, side) {
    return this.place(this.whole && side === "high" ? value + 1 : value)
  }

  place(value) {
    const e = this.edges
    if (value <= e[0]) return 0
    if (value >= e[this.bins]) return 1
    let low = 0
    let high = this.bins
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (e[middle] <= value) low = middle
      else high = middle
    }
    return (low + (value - e[low]) / (e[low + 1] - e[low])) / this.bins
  }

  value(place, side) {
    const at = Math.min(Math.max(place, 0), 1) * this.bins
    const bin = Math.min(Math.floor(at), this.bins - 1)
    const width = this.edges[bin + 1] - this.edges[bin]
    const raw = this.edges[bin] + (at - bin) * width
    if (this.whole) return Math.round(raw) - (side === "high" ? 1 : 0)
    const step = 10 ** Math.floor(Math.log10(width / 4))
    return Number((Math.round(raw / step) * step).toPrecision(12))
  }
}
