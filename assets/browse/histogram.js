// A metric's histogram with the range that is asked for; a drag over it asks for another one.

const BARS_HIGH = 44
const BAR_NAMES = "http://www.w3.org/2000/svg"

function shape(tag, attributes) {
  return with_(document.createElementNS(BAR_NAMES, tag), attributes)
}

// Bars are equally wide, whatever range they stand for: a share of the width as a value, and the other way round.
function valueAt(edges, share) {
  const place = Math.max(0, Math.min(1, share)) * (edges.length - 1)
  const bar = Math.min(Math.floor(place), edges.length - 2)
  return edges[bar] + (edges[bar + 1] - edges[bar]) * (place - bar)
}

function shareOf(edges, value) {
  if (value <= edges[0]) return 0
  for (let bar = 0; bar < edges.length - 1; bar++) {
    if (value < edges[bar + 1]) return (bar + (value - edges[bar]) / (edges[bar + 1] - edges[bar])) / (edges.length - 1)
  }
  return 1
}

// A number as short as the width of a bar allows.
function rounded(value, edges) {
  const bar = Math.abs(edges[edges.length - 1] - edges[0]) / (edges.length - 1) || 1
  const digits = Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(bar))))
  return Number(value.toFixed(digits))
}

/** @param {FacetMetric} metric @param {(low: number | null, high: number | null) => void} choose */
function histogram(metric, choose) {
  const { edges, counts } = metric, most = Math.max(1, ...counts), bars = counts.length || 1
  const drawing = shape("svg", { viewBox: `0 0 ${bars} ${BARS_HIGH}`, preserveAspectRatio: "none", class: "bars", "aria-hidden": "true" })
  const low = metric.low === null ? 0 : shareOf(edges, metric.low), high = metric.high === null ? 1 : shareOf(edges, metric.high)
  for (const [bar, count] of counts.entries()) {
    const tall = count ? Math.max(1, (BARS_HIGH * count) / most) : 0
    const middle = (bar + 0.5) / bars
    drawing.append(shape("rect", {
      x: bar + 0.06, width: 0.88, y: BARS_HIGH - tall, height: tall, class: low <= middle && middle <= high ? "bar" : "bar out",
    }))
  }
  const brush = shape("rect", { y: "0", height: BARS_HIGH, class: "brush", width: "0" })
  drawing.append(brush)
  drawing.onpointerdown = (down) => {
    const box = drawing.getBoundingClientRect()
    const share = (event) => Math.max(0, Math.min(1, (event.clientX - box.left) / box.width))
    const from = share(down)
    drawing.setPointerCapture(down.pointerId)
    const drag = (event) => with_(brush, { x: String(bars * Math.min(from, share(event))), width: String(bars * Math.abs(share(event) - from)) })
    drawing.onpointermove = drag
    drawing.onpointerup = (up) => {
      drawing.onpointermove = drawing.onpointerup = null
      const [left, right] = [from, share(up)].sort((a, b) => a - b)
      if (right - left < 0.5 / bars) choose(null, null)
      else choose(left <= 0 ? null : rounded(valueAt(edges, left), edges), right >= 1 ? null : rounded(valueAt(edges, right), edges))
    }
  }
  return drawing
}
