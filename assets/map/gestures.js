// The hand: dragging, the wheel, lasso and box, and keys. Everything else hears about it through `act`.

const STEP = 1.5
const CLICK = 4
const WHEEL = 0.0016

function listen(host, view, act) {
  let tool = "pan"
  let drag = null
  const pointers = new Map()

  function place(event) {
    const box = host.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }

  function choose(name) {
    tool = name
    host.dataset.tool = name
    act.tool(name)
  }

  host.onpointerdown = (event) => {
    if (event.button !== 0 || event.target.closest("button, .legend")) return
    host.focus({ preventScroll: true })
    host.setPointerCapture(event.pointerId)
    const at = place(event)
    pointers.set(event.pointerId, at)
    const kind = pointers.size > 1 ? "pinch" : event.shiftKey && tool === "pan" ? "lasso" : tool
    drag = { kind, from: at, last: at, line: [at], moved: false, apart: apart(pointers) }
  }

  host.onpointermove = (event) => {
    const at = place(event)
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, at)
    if (!drag) return event.target.closest("button, .legend") ? act.leave() : act.hover(at)
    if (Math.hypot(at[0] - drag.from[0], at[1] - drag.from[1]) > CLICK) drag.moved = true
    if (drag.kind === "pinch") pinch()
    else if (drag.kind === "pan" && drag.moved) act.pan(at[0] - drag.last[0], at[1] - drag.last[1])
    else if (drag.kind !== "pan") {
      drag.line = drag.kind === "box" ? corners(drag.from, at) : [...drag.line, at]
      act.draft(drag.line)
    }
    drag.last = at
  }

  function pinch() {
    const now = apart(pointers)
    const [one, two] = [...pointers.values()]
    if (!two || !drag.apart) return
    act.zoom(now / drag.apart, (one[0] + two[0]) / 2, (one[1] + two[1]) / 2)
    drag.apart = now
  }

  host.onpointerup = (event) => {
    pointers.delete(event.pointerId)
    if (!drag) return
    const done = drag
    drag = null
    act.draft(null)
    if (!done.moved) act.click(done.from)
    else if (done.kind === "lasso" || done.kind === "box") {
      act.select(done.line)
      choose("pan")
    }
  }
  host.onpointercancel = () => {
    pointers.clear()
    drag = null
    act.draft(null)
  }
  host.onpointerleave = () => act.leave()
  host.addEventListener("wheel", (event) => {
    event.preventDefault()
    const pixels = event.deltaMode ? event.deltaY * 30 : event.deltaY
    act.zoom(Math.exp(-pixels * WHEEL), ...place(event))
  }, { passive: false })
  host.ondblclick = (event) => {
    if (!event.target.closest("button, .legend")) act.zoom(2, ...place(event))
  }

  const middle = () => [view.width / 2, view.height / 2]
  const keys = {
    "+": () => act.zoom(STEP, ...middle()),
    "=": () => act.zoom(STEP, ...middle()),
    "-": () => act.zoom(1 / STEP, ...middle()),
    "0": () => act.home(),
    ArrowLeft: () => act.pan(60, 0),
    ArrowRight: () => act.pan(-60, 0),
    ArrowUp: () => act.pan(0, 60),
    ArrowDown: () => act.pan(0, -60),
    l: () => choose("lasso"),
    b: () => choose("box"),
    p: () => choose("pan"),
    Enter: () => act.click(middle()),
    Escape: () => (tool === "pan" && !drag ? act.clear() : stop()),
  }
  function stop() {
    drag = null
    act.draft(null)
    choose("pan")
  }
  host.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button")) return
    const meant = keys[event.key] || keys[event.key.toLowerCase()]
    if (!meant) return
    event.preventDefault()
    event.stopPropagation()
    meant()
  }
  choose("pan")
  return { choose, keys }
}

function corners(one, two) {
  return [one, [two[0], one[1]], two, [one[0], two[1]]]
}

function apart(pointers) {
  const [one, two] = [...pointers.values()]
  return two ? Math.hypot(one[0] - two[0], one[1] - two[1]) : 0
}
