// The picture of an opened sample, with buttons for what the wheel, a drag and the keys do.

/** @param {OpenedPicture} shown */
function zoomPane(shown) {
  const pane = with_(node("div", "pane"), { tabindex: "0", role: "img", "aria-label": `Picture ${shown.name}` })
  if (shown.image === null) {
    pane.append(node("span", "blank", `No picture. ${shown.why}`))
    return Object.assign(node("div", "zoom", pane), { turn() {}, stop() {} })
  }
  const image = document.createElement("img"), layer = node("span", "layer", image), scale = node("span", "scale")
  image.alt = ""
  image.src = `/image/${shown.image}`
  pane.append(layer)
  const zoom = new Zoom(pane, layer, image)
  zoom.onplaced = (k) => { scale.textContent = `${Math.round(100 * k)} %` }
  image.onload = () => pane.classList.add("ready")
  image.onerror = () => pane.replaceChildren(node("span", "blank", "The picture cannot be shown."))
  const act = (label, title, run) => {
    const button = with_(node("button", "act", label), { title, "aria-label": label.length > 1 ? null : title })
    button.onclick = run
    return button
  }
  pane.onkeydown = (event) => {
    const steps = { "+": () => zoom.closer(), "=": () => zoom.closer(), "-": () => zoom.farther(), 0: () => zoom.fit() }
    if (!steps[event.key] || event.ctrlKey || event.metaKey) return
    steps[event.key]()
    event.preventDefault()
    event.stopPropagation()
  }
  const tools = node("span", "zooming", act("−", "Zoom out (-)", () => zoom.farther()), scale, act("+", "Zoom in (+)", () => zoom.closer()),
    act("Fit", "Show all of it (0)", () => zoom.fit()), act("100 %", "Pixel by pixel (Z)", () => zoom.zoom(1)))
  return Object.assign(node("div", "zoom", pane, tools), { turn: () => zoom.toggle(), stop: () => zoom.stop() })
}
