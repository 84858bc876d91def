// What the colours mean: a scale with its range, or entries with counts; a click on an entry hides or shows it.

function drawLegend(element, legend, theme, hidden, onChange) {
  element.replaceChildren(titleButton(element, legend, onChange))
  if (element.dataset.folded === "yes") return
  if (legend.kind === "scale") element.append(...scaleParts(legend, theme))
  for (const entry of legend.entries || []) element.append(entryButton(entry, theme, hidden, onChange))
  if (legend.note) {
    const note = document.createElement("div")
    note.className = "legend-note"
    note.textContent = legend.note
    element.append(note)
  }
}

// The colours of clusters are in the list beside the map, so their legend begins folded.
function titleButton(element, legend, onChange) {
  if (element.dataset.about !== legend.title) element.dataset.folded = legend.folded ? "yes" : "no"
  element.dataset.about = legend.title
  const folded = element.dataset.folded === "yes"
  const button = document.createElement("button")
  button.type = "button"
  button.className = "legend-title"
  button.setAttribute("aria-expanded", String(!folded))
  button.textContent = folded ? `Colours: ${legend.title.toLowerCase()}` : legend.title
  button.onclick = () => {
    element.dataset.folded = folded ? "no" : "yes"
    onChange()
  }
  return button
}

/** @param {Legend} legend */
function scaleParts(legend, theme) {
  const bar = document.createElement("div")
  bar.className = "scale"
  const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => css(rampColour(share, theme)))
  bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`
  const ends = document.createElement("div")
  ends.className = "ends"
  for (const text of [legend.low, legend.high]) {
    const end = document.createElement("span")
    end.textContent = text
    ends.append(end)
  }
  return [bar, ends]
}

/** @param {LegendEntry} entry */
function entryButton(entry, theme, hidden, onChange) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "entry"
  const off = hidden.has(entry.code)
  button.setAttribute("aria-pressed", String(!off))
  button.title = off ? "Show these samples" : "Hide these samples"
  const dot = document.createElement("span")
  dot.className = "dot"
  dot.style.background = off ? "transparent" : css(entryColour(entry, theme))
  dot.style.borderColor = css(entryColour(entry, theme))
  const name = document.createElement("span")
  name.className = "name"
  name.textContent = entry.label
  const count = document.createElement("span")
  count.className = "count"
  count.textContent = entry.count.toLocaleString("en")
  button.append(dot, name, count)
  button.onclick = () => {
    if (off) hidden.delete(entry.code)
    else hidden.add(entry.code)
    onChange()
  }
  return button
}
