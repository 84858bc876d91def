// Where the eye is: the middle of the picture in the map's own numbers, and how many pixels one of them takes.

const MOST_ZOOM = 400

function homeView(view, bounds) {
  const [left, low, right, high] = bounds
  const room = 0.86
  view.home = Math.min((view.width * room) / Math.max(right - left, 1e-6), (view.height * room) / Math.max(high - low, 1e-6))
  return { x: (left + right) / 2, y: (low + high) / 2, k: view.home }
}

function viewOf(view, box) {
  const [left, low, right, high] = box
  const k = Math.min((view.width * 0.62) / Math.max(right - left, 1e-6), (view.height * 0.62) / Math.max(high - low, 1e-6))
  return { x: (left + right) / 2, y: (low + high) / 2, k: heldZoom(view, k) }
}

function heldZoom(view, k) {
  return Math.max(view.home * 0.5, Math.min(k, view.home * MOST_ZOOM))
}

function sx(view, x) {
  return (x - view.x) * view.k + view.width / 2
}

function sy(view, y) {
  return view.height / 2 - (y - view.y) * view.k
}

function wx(view, x) {
  return (x - view.width / 2) / view.k + view.x
}

function wy(view, y) {
  return (view.height / 2 - y) / view.k + view.y
}

function boxOf(view, margin = 8) {
  return [wx(view, -margin), wy(view, view.height + margin), wx(view, view.width + margin), wy(view, -margin)]
}

function zoomAt(view, factor, x, y) {
  const [atX, atY] = [wx(view, x), wy(view, y)]
  view.k = heldZoom(view, view.k * factor)
  view.x = atX - (x - view.width / 2) / view.k
  view.y = atY - (view.height / 2 - y) / view.k
}

// A line of at most `most` corners that follows the drawn one (Ramer, Douglas and Peucker), in pixels.
function simplified(line, most = 60) {
  let tolerance = 0.5
  let found = thinned(line, tolerance)
  while (found.length > most) found = thinned(line, (tolerance *= 1.6))
  return found
}

function thinned(line, tolerance) {
  if (line.length < 3) return line
  const keep = new Uint8Array(line.length)
  keep[0] = keep[line.length - 1] = 1
  const open = [[0, line.length - 1]]
  while (open.length) {
    const [from, to] = open.pop()
    let [far, at] = [tolerance, -1]
    for (let middle = from + 1; middle < to; middle++) {
      const away = distance(line[middle], line[from], line[to])
      if (away > far) [far, at] = [away, middle]
    }
    if (at < 0) continue
    keep[at] = 1
    open.push([from, at], [at, to])
  }
  return line.filter((_, at) => keep[at])
}

function distance(point, from, to) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const length = dx * dx + dy * dy
  const share = length ? Math.max(0, Math.min(1, ((point[0] - from[0]) * dx + (point[1] - from[1]) * dy) / length)) : 0
  return Math.hypot(point[0] - from[0] - share * dx, point[1] - from[1] - share * dy)
}
