// The map: one per place on the page; Streamlit calls `update` whenever the data or the theme changes.

const DENSE = 150_000
const GLIDE = 320
const MANY = 20_000
const ROUGH = 250_000
const SETTLE = 160
const SLOW = 36
const STACK = 0.5
const maps = new WeakMap()

/** @type {Component<MapData, MapSent>} */
export default function ({ parentElement, data, setTriggerValue }) {
  if (!maps.has(parentElement)) maps.set(parentElement, makeMap(parentElement.querySelector(".map")))
  const map = maps.get(parentElement)
  map.send = (event) => setTriggerValue("event", event)
  map.update(data)
  return () => {
    map.close()
    maps.delete(parentElement)
  }
}

function makeMap(host) {
  const part = (name) => host.querySelector(`.${name}`)
  const view = { x: 0, y: 0, k: 1, width: 1, height: 1, ratio: 1, home: 1 }
  const state = {
    points: null, codes: null, levels: null, palette: null, area: null, draft: null, hovered: -1, opened: -1,
    data: null, theme: readTheme(host), hidden: new Set(), scratch: {}, frame: 0, glide: null, times: [],
    from: {}, homeOf: "", focused: "", dense: DENSE, movedAt: 0, drawnAt: 0, gap: 16, slow: false, settling: 0,
  }
  let painter = glPainter(part("points")) || plainPainter(fresh(part("points")))
  const hover = hoverCard(part("card"))
  const send = /** @type {(event: MapEvent) => void} */ (() => {})
  const map = { send, update, close, state, view } // on the element, for tests that look at what is drawn
  const labels = labelLayer(part("labels"), (cluster) => map.send({ kind: "cluster", cluster }))
  host.dataset.painter = painter.name
  host.winnow = map

  const hand = listen(host, view, {
    pan(dx, dy) {
      moveTo({ x: view.x - dx / view.k, y: view.y + dy / view.k, k: view.k })
    },
    zoom(factor, x, y) {
      state.glide = null
      state.movedAt = performance.now()
      zoomAt(view, factor, x, y)
      ask()
    },
    home: () => state.data && glideTo(homeView(view, state.data.bounds)),
    hover: pointAt,
    leave() {
      state.hovered = -1
      hover.hide()
      ask()
    },
    click(at) {
      const found = find(at)
      if (found < 0) return
      const stack = stackOf(state.points, found, STACK / view.k, meant)
      const next = stack[(stack.indexOf(state.opened) + 1) % stack.length] ?? found
      map.send({ kind: "open", sample: state.points.number[stack.includes(state.opened) ? next : found] })
    },
    draft(line) {
      state.draft = line
      hover.hide()
      ask()
    },
    select(line) {
      const points = simplified(line).map(([x, y]) => [wx(view, x), wy(view, y)])
      if (points.length >= 3) map.send({ kind: "lasso", points })
    },
    clear: () => map.send({ kind: "clear" }),
    tool(name) {
      for (const button of host.querySelectorAll("[data-choose]")) {
        button.setAttribute("aria-pressed", String(button.dataset.choose === name))
      }
    },
  })
  for (const button of host.querySelectorAll("[data-choose]")) button.onclick = () => hand.choose(button.dataset.choose)
  for (const button of host.querySelectorAll("[data-key]")) button.onclick = () => hand.keys[button.dataset.key]()

  // The graphics card may be taken away (sleep, a crash of its driver): then the map goes on without it.
  part("points").addEventListener("webglcontextlost", () => {
    if (state.closed) return
    painter = plainPainter(fresh(part("points")))
    host.dataset.painter = painter.name
    part("note").textContent = PLAIN_NOTE
    resize()
  })

  const watcher = new ResizeObserver(resize)
  watcher.observe(host)

  function resize() {
    const { clientWidth: width, clientHeight: height } = host
    if (!width || !height) return
    const first = view.width <= 1
    const zoom = view.k / view.home
    Object.assign(view, { width, height, ratio: Math.min(devicePixelRatio || 1, 2) })
    for (const canvas of [part("points"), part("overlay")]) {
      canvas.width = Math.round(width * view.ratio)
      canvas.height = Math.round(height * view.ratio)
    }
    if (state.data) {
      const home = homeView(view, state.data.bounds)
      if (first) moveTo(home)
      else view.k = home.k * zoom
    }
    ask()
  }

  /** @param {MapData} data */
  async function update(data) {
    const before = state.data
    state.data = data
    state.theme = readTheme(host)
    if (before?.legend.title !== data.legend.title) state.hidden.clear()
    state.area = data.area
    showLegend()
    try {
      await load(data)
    } catch {
      if (state.data === data) part("note").textContent = "The map could not be read. Reload the page to try again."
      return
    }
    if (state.data !== data) return
    part("note").textContent = painter.name === "plain" ? PLAIN_NOTE : ""
    state.opened = placeOf(state.points, data.open)
    if (state.homeOf !== data.points) moveTo(homeView(view, data.bounds))
    state.homeOf = data.points
    if (data.focus && state.focused !== data.focus.token) glideTo(viewOf(view, data.focus.box))
    state.focused = data.focus?.token
    recolour()
    host.dataset.ready = `${data.points} ${data.colours} ${data.members}`
  }

  // What was fetched is remembered by its address: a newer page may come while an older one is still being fetched.
  /** @param {MapData} data */
  async function load(data) {
    const asked = [data.points, data.colours, data.members].map((one) => (one ? fetchBytes(one) : null))
    const [points, codes, members] = await Promise.all(asked)
    if (state.data !== data) return
    const changed = state.from.points !== data.points
    if (changed) {
      labels.clear()
      state.points = readPoints(points, data.bounds)
      state.hovered = -1
      painter.place(state.points)
    }
    if (changed || state.from.colours !== data.colours) state.codes = inOrder(state.points, new Uint8Array(codes))
    if (changed || state.from.members !== data.members) {
      state.levels = members ? inOrder(state.points, new Uint8Array(members)) : null
    }
    state.from = { points: data.points, colours: data.colours, members: data.members }
  }

  function showLegend() {
    drawLegend(part("legend"), state.data.legend, state.theme, state.hidden, () => {
      showLegend()
      recolour()
    })
  }

  function recolour() {
    if (!state.points || !state.codes) return
    state.palette = paletteOf(state.data.legend, state.theme, state.hidden)
    painter.colour(colours(), state.points.count)
    ask()
  }

  function colours() {
    return { palette: state.palette, codes: state.codes, levels: state.levels, faint: state.theme.faint }
  }

  function meant(at) {
    return state.palette[state.codes[at] * 4 + 3] > 0 && (!state.levels || state.levels[at] > 0)
  }

  function find([x, y]) {
    if (!state.points || !state.palette) return -1
    const preferred = (at) => meant(at) && (!state.levels || state.levels[at] === 2)
    const reach = 9 / view.k
    const found = nearestPoint(state.points, wx(view, x), wy(view, y), reach, preferred)
    return found >= 0 ? found : nearestPoint(state.points, wx(view, x), wy(view, y), reach / 2, meant)
  }

  function pointAt(at) {
    const found = find(at)
    if (found !== state.hovered) ask()
    state.hovered = found
    host.classList.toggle("pointing", found >= 0)
    if (found < 0) return hover.hide()
    const { x, y, number } = state.points
    const more = stackOf(state.points, found, STACK / view.k, meant).length - 1
    hover.show(number[found], sx(view, x[found]), sy(view, y[found]), view, more)
  }

  function moveTo(target) {
    state.glide = null
    state.movedAt = performance.now()
    Object.assign(view, { x: target.x, y: target.y, k: target.k })
    ask()
  }

  function glideTo(target) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || view.width <= 1
    if (still) return moveTo(target)
    state.glide = { from: { x: view.x, y: view.y, k: view.k }, to: target, since: performance.now() }
    ask()
  }

  function step() {
    if (!state.glide) return
    const { from, to, since } = state.glide
    state.movedAt = performance.now()
    const share = Math.min(1, (performance.now() - since) / GLIDE)
    const eased = 1 - (1 - share) ** 3
    view.k = from.k * (to.k / from.k) ** eased
    view.x = from.x + (to.x - from.x) * eased
    view.y = from.y + (to.y - from.y) * eased
    if (share === 1) state.glide = null
    else ask()
  }

  function ask() {
    if (!state.frame) state.frame = requestAnimationFrame(draw)
  }

  function draw() {
    state.frame = 0
    if (!state.points || !state.palette || view.width <= 1) return
    const started = performance.now()
    step()
    const runs = runsIn(state.points, boxOf(view))
    const visible = runs.reduce((sum, [from, to]) => sum + to - from, 0)
    host.dataset.drawing = visible > state.dense ? "density" : "points"
    const rough = feelsSlow(started, visible)
    if (visible > state.dense || rough) {
      const every = moving(started) ? Math.max(1, Math.ceil(visible / ROUGH)) : 1
      painter.density(densityPicture(state.points, runs, view, colours(), state.scratch, every))
      if (rough || every > 1) settleLater()
    } else painter.points(state.points, runs, view, colours(), dotSize(visible), visible > 20_000 ? 0.62 : 0.8)
    if (overlayBusy()) drawOverlay(part("overlay"), view, state, state.theme)
    labels.draw(state.data.labels, view, state.theme, state.data.cluster)
    if (state.times.length < 1000) state.times.push(performance.now() - started)
  }

  function moving(now) {
    return now - state.movedAt < SETTLE
  }

  // Where frames come slowly (no graphics card, say), many points are drawn as their density while the map moves.
  function feelsSlow(now, visible) {
    if (visible < MANY || !moving(now)) return false
    const gap = now - state.drawnAt
    if (!state.slow && gap < 400) state.gap = 0.7 * state.gap + 0.3 * gap
    state.slow = state.slow || state.gap > SLOW
    state.drawnAt = now
    return state.slow
  }

  function settleLater() {
    clearTimeout(state.settling)
    state.settling = setTimeout(ask, SETTLE + 20)
  }

  // An empty overlay is cleared once and then left alone: every canvas that changes costs the browser time.
  function overlayBusy() {
    const before = state.busy
    state.busy = Boolean(state.area || state.draft || state.hovered >= 0 || state.opened >= 0)
    return before || state.busy
  }

  function dotSize(visible) {
    const room = Math.sqrt((view.width * view.height) / Math.max(visible, 1))
    return Math.max(2.2, Math.min(11, room * 0.34))
  }

  function close() {
    state.closed = true
    watcher.disconnect()
    cancelAnimationFrame(state.frame)
    clearTimeout(state.settling)
    hover.hide()
    painter.close()
  }

  return map
}

// A canvas that was asked for WebGL2 in vain may not be asked for anything else.
function fresh(canvas) {
  const other = canvas.cloneNode()
  canvas.replaceWith(other)
  return other
}

const PLAIN_NOTE =
  "This browser draws without WebGL2: the map shows a draw of the points. Selecting and searching work on all of them."
