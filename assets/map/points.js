// The points: fetched once, sorted into a grid of cells so that what is in view is a few runs of the arrays.

const CELLS = 128
const kept = new Map()

// Bytes behind an address whose content never changes; each is asked for once per visit.
function fetchBytes(address) {
  if (!kept.has(address)) {
    if (kept.size > 40) kept.delete(kept.keys().next().value)
    const asked = fetch(address).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status}`)
      return answer.arrayBuffer()
    })
    asked.catch(() => kept.delete(address))
    kept.set(address, asked)
  }
  return kept.get(address)
}

// Float32 x, float32 y, uint32 sample number, all for every point, one array after the other.
function readPoints(buffer, bounds) {
  const count = buffer.byteLength / 12
  const [x, y] = [new Float32Array(buffer, 0, count), new Float32Array(buffer, 4 * count, count)]
  return arrange(x, y, new Uint32Array(buffer, 8 * count, count), bounds)
}

function arrange(x, y, number, bounds) {
  const count = x.length
  const [left, low, right, high] = bounds
  const across = CELLS / Math.max(right - left, 1e-9)
  const up = CELLS / Math.max(high - low, 1e-9)
  const cell = new Uint16Array(count)
  const start = new Uint32Array(CELLS * CELLS + 1)
  for (let at = 0; at < count; at++) {
    const column = Math.max(0, Math.min(CELLS - 1, ((x[at] - left) * across) | 0))
    const row = Math.max(0, Math.min(CELLS - 1, ((y[at] - low) * up) | 0))
    cell[at] = row * CELLS + column
    start[cell[at] + 1]++
  }
  for (let at = 0; at < CELLS * CELLS; at++) start[at + 1] += start[at]
  const next = start.slice()
  const order = new Uint32Array(count)
  for (let at = 0; at < count; at++) order[next[cell[at]]++] = at
  const sorted = { count, order, start, left, low, across, up }
  sorted.x = Float32Array.from(order, (at) => x[at])
  sorted.y = Float32Array.from(order, (at) => y[at])
  sorted.number = Uint32Array.from(order, (at) => number[at])
  return sorted
}

// A byte per point in the server's order, as one per point in the grid's.
function inOrder(points, bytes) {
  const sorted = new Uint8Array(points.count)
  for (let at = 0; at < points.count; at++) sorted[at] = bytes[points.order[at]]
  return sorted
}

function cellsOf(points, box) {
  const clamp = (value) => Math.max(0, Math.min(CELLS - 1, Math.floor(value)))
  return {
    columns: [clamp((box[0] - points.left) * points.across), clamp((box[2] - points.left) * points.across)],
    rows: [clamp((box[1] - points.low) * points.up), clamp((box[3] - points.low) * points.up)],
  }
}

// Runs [from, to) of the sorted arrays that hold everything inside the box (left, low, right, high), and a bit more.
function runsIn(points, box) {
  const { columns, rows } = cellsOf(points, box)
  const runs = []
  for (let row = rows[0]; row <= rows[1]; row++) {
    const from = points.start[row * CELLS + columns[0]]
    const to = points.start[row * CELLS + columns[1] + 1]
    const last = runs[runs.length - 1]
    if (to === from) continue
    if (last && last[1] === from) last[1] = to
    else runs.push([from, to])
  }
  return runs
}

// The place of the nearest point within `reach` of (x, y) that `counts` says may be meant, or -1.
function nearestPoint(points, x, y, reach, counts) {
  let best = -1
  let least = reach * reach
  for (const [from, to] of runsIn(points, [x - reach, y - reach, x + reach, y + reach])) {
    for (let at = from; at < to; at++) {
      const far = (points.x[at] - x) ** 2 + (points.y[at] - y) ** 2
      if (far < least && counts(at)) [best, least] = [at, far]
    }
  }
  return best
}

// All points at the place of one, in a fixed order: samples of one picture lie on each other.
function stackOf(points, at, near, counts) {
  const [x, y] = [points.x[at], points.y[at]]
  const found = []
  for (const [from, to] of runsIn(points, [x - near, y - near, x + near, y + near])) {
    for (let other = from; other < to; other++) {
      if (Math.hypot(points.x[other] - x, points.y[other] - y) <= near && counts(other)) found.push(other)
    }
  }
  return found
}

function placeOf(points, number) {
  return number === null || number === undefined ? -1 : points.number.indexOf(number)
}
