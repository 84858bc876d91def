// A picture that can be looked into: the wheel zooms, a drag moves, Z shows it pixel by pixel.

const MOST_ZOOM = 16

// Where a picture stands in its frame: `k` pixels of the screen for one of the picture.
function fitted(picture, frame) {
  const k = Math.min(frame.width / picture.width, frame.height / picture.height)
  return { k, x: (frame.width - picture.width * k) / 2, y: (frame.height - picture.height * k) / 2 }
}

// The same with another `k`, such that the point (x, y) of the frame stays where it is; it never leaves the frame.
function zoomedAt(state, k, x, y, picture, frame) {
  const fit = fitted(picture, frame).k
  const wide = Math.max(Math.min(fit, 1), Math.min(k, Math.max(MOST_ZOOM, fit)))
  return bounded({ k: wide, x: x - ((x - state.x) * wide) / state.k, y: y - ((y - state.y) * wide) / state.k }, picture, frame)
}

function bounded({ k, x, y }, picture, frame) {
  const within = (at, room, size) => (size <= room ? (room - size) / 2 : Math.max(room - size, Math.min(0, at)))
  return { k, x: within(x, frame.width, picture.width * k), y: within(y, frame.height, picture.height * k) }
}

/** @param {OpenedPicture} shown */
function zoomPane(shown) {
  const pane = with_(node("div", "pane"), { tabindex: "0", role: "img", "aria-label": `Picture ${shown.name}` })
  if (shown.image === null) {
    pane.append(node("span", "blank", `No picture. ${shown.why}`))
    return Object.assign(node("div", "zoom", pane), { turn() {}, watch() {} })
  }
  const image = document.createElement("img")
  image.alt = ""
  image.draggable = false
  image.style.backgroundImage = `url(/thumb/${shown.image})`
  image.src = `/image/${shown.image}`
  const scale = node("span", "scale")
  const act = (label, title, run) => {
    const button = with_(node("button", "act", label), { title, "aria-label": label.length > 1 ? null : title })
    button.onclick = run
    return button
  }
  let state = { k: 1, x: 0, y: 0 }, fits = true
  const frame = () => ({ width: pane.clientWidth, height: pane.clientHeight })
  const size = () => ({ width: image.naturalWidth || 1, height: image.naturalHeight || 1 })
  const place = (next) => {
    state = next
    image.style.transform = `translate(${state.x}px, ${state.y}px) scale(${state.k})`
    scale.textContent = `${Math.round(100 * state.k)} %`
    pane.classList.toggle("whole", Math.abs(state.k - fitted(size(), frame()).k) < 1e-6)
  }
  const fit = () => {
    fits = true
    place(fitted(size(), frame()))
  }
  const zoom = (k, x = pane.clientWidth / 2, y = pane.clientHeight / 2) => {
    fits = false
    place(zoomedAt(state, k, x, y, size(), frame()))
  }
  const turn = () => (fits ? zoom(1) : fit())
  image.onload = () => {
    image.style.width = `${image.naturalWidth}px`
    fit()
    pane.classList.add("ready")
  }
  image.onerror = () => pane.replaceChildren(node("span", "blank", "The picture cannot be shown."))
  pane.addEventListener("wheel", (event) => {
    event.preventDefault()
    const box = pane.getBoundingClientRect()
    zoom(state.k * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - box.left, event.clientY - box.top)
  }, { passive: false })
  pane.ondblclick = turn
  image.onpointerdown = (down) => {
    if (down.button) return
    const from = { ...state }
    image.setPointerCapture(down.pointerId)
    image.onpointermove = (move) => {
      fits = false
      place(bounded({ k: from.k, x: from.x + move.clientX - down.clientX, y: from.y + move.clientY - down.clientY }, size(), frame()))
    }
    image.onpointerup = image.onpointercancel = () => { image.onpointermove = null }
  }
  pane.onkeydown = (event) => {
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key]
    if (event.key === "+" || event.key === "=") zoom(state.k * 1.3)
    else if (event.key === "-") zoom(state.k / 1.3)
    else if (event.key === "0") fit()
    else if (steps && !pane.classList.contains("whole")) place(bounded({ k: state.k, x: state.x + steps[0], y: state.y + steps[1] }, size(), frame()))
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const tools = node("span", "zooming", act("−", "Zoom out (-)", () => zoom(state.k / 1.3)), scale, act("+", "Zoom in (+)", () => zoom(state.k * 1.3)),
    act("Fit", "Show all of it (0)", fit), act("100 %", "Pixel by pixel (Z)", () => zoom(1)))
  pane.append(image)
  return Object.assign(node("div", "zoom", pane, tools), { turn, watch: () => { if (image.naturalWidth && fits) fit() } })
}
