// Names of clusters over the map: the largest first, none over another, more of them the nearer one looks.

const FIRST_LABELS = 14
const LABEL_HEIGHT = 17

function labelLayer(element, onPick) {
  const shown = new Map()
  const ruler = document.createElement("canvas").getContext("2d")
  const widths = new Map()

  function width(text, font) {
    if (!widths.has(text)) {
      ruler.font = `600 12px ${font}`
      widths.set(text, ruler.measureText(text).width + 12)
    }
    return widths.get(text)
  }

  function node(label) {
    if (!shown.has(label.cluster)) {
      const made = document.createElement("button")
      made.type = "button"
      made.tabIndex = -1
      made.className = "label"
      made.onclick = () => onPick(label.cluster)
      shown.set(label.cluster, made)
      element.append(made)
    }
    return shown.get(label.cluster)
  }

  function draw(labels, view, theme, current) {
    const chosen = chooseLabels(labels, view, (text) => width(text, theme.font), current)
    const wanted = new Set(chosen.map((one) => one.label.cluster))
    for (const [cluster, made] of shown) made.hidden = !wanted.has(cluster)
    for (const { label, text, x, y } of chosen) {
      const made = node(label)
      if (made.textContent !== text) made.textContent = text
      made.title = `${label.name}: ${label.size.toLocaleString("en")} samples`
      made.classList.toggle("now", label.cluster === current)
      made.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(-50%, -50%)`
    }
  }

  function clear() {
    element.replaceChildren()
    shown.clear()
  }

  return { draw, clear }
}

function chooseLabels(labels, view, width, current) {
  const zoom = Math.max(1, view.k / view.home)
  const most = Math.round(FIRST_LABELS * (1 + Math.log2(zoom)) * Math.min(1, view.width / 800))
  const taken = []
  const chosen = []
  const ordered = [...labels].sort((one, two) => Number(two.cluster === current) - Number(one.cluster === current))
  for (const label of ordered) {
    if (chosen.length >= most) break
    const [middle, y] = labelPlace(label, view)
    if (middle < 0 || y < 0 || middle > view.width || y > view.height) continue
    const text = zoom < 2.5 ? label.name.split(", ").slice(0, 2).join(", ") : label.name
    const half = width(text) / 2 + 3
    const x = Math.max(half, Math.min(middle, view.width - half))
    const box = [x - half, y - LABEL_HEIGHT / 2, x + half, y + LABEL_HEIGHT / 2]
    if (taken.some((other) => overlaps(box, other))) continue
    taken.push(box)
    chosen.push({ label, text, x, y })
  }
  return chosen
}

// Above a cluster that is small on the screen, in the middle of one that has room for its name.
function labelPlace(label, view) {
  const [x, y] = [sx(view, label.x), sy(view, label.y)]
  const top = sy(view, label.box[3])
  return y - top < 2.2 * LABEL_HEIGHT ? [x, Math.min(top, y) - LABEL_HEIGHT] : [x, y]
}

function overlaps(one, two) {
  return one[0] < two[2] && two[0] < one[2] && one[1] < two[3] && two[1] < one[3]
}
