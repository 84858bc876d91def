// The clusters beside the map: name, size, shares and pictures; a click zooms to one and makes it the scope.

/** @type {Component<ClustersData, MapSent>} */
export default function ({ parentElement, data, setTriggerValue }) {
  /** @type {HTMLElement} */
  const list = parentElement.querySelector(".list")
  const theme = readTheme(list)
  const text = JSON.stringify([data, theme.dark])
  if (list.dataset.drawn === text) return
  const most = Math.max(1, ...data.clusters.map((one) => one.size))
  const rows = data.clusters.map((one) => row(one, data, most, theme, setTriggerValue))
  list.replaceChildren(...(rows.length ? rows : [made("div", "none", "No clusters on this map.")]))
  list.dataset.drawn = text
}

function made(tag, name, text = "") {
  const element = document.createElement(tag)
  element.className = name
  element.textContent = text
  return element
}

/** @param {Cluster} one @param {ClustersData} data */
function row(one, data, most, theme, send) {
  const button = made("button", "row")
  button.type = "button"
  button.classList.toggle("noise", one.cluster < 0)
  const now = one.cluster === data.current
  button.setAttribute("aria-pressed", String(now))
  button.title = now ? "Show everything again" : "Zoom to it and work on it"
  const head = made("span", "head")
  if (data.coloured) head.append(dot(one, theme))
  head.append(made("span", "name", one.name), made("span", "size", one.size.toLocaleString("en")))
  const bar = made("span", "bar")
  const filled = made("span", "filled")
  filled.style.width = `${Math.max(1, (100 * one.size) / most)}%`
  bar.append(filled)
  button.append(head, bar, facts(one, data.metric))
  if (one.words) button.append(made("span", "words", one.words))
  button.append(pictures(one.images))
  button.onclick = () => send("event", { kind: "cluster", cluster: one.cluster })
  return button
}

function dot(one, theme) {
  const spot = made("span", "dot")
  spot.style.background = css(one.cluster < 0 ? theme.missing : categoryColour(Math.min(one.cluster, CODES - 2), theme))
  return spot
}

/** @param {Cluster} one */
function facts(one, metric) {
  const parts = []
  if (metric && one.mean !== "") parts.push(`${metric} ${one.mean}`)
  parts.push(`${percent(one.flagged)} flagged`, `${percent(one.decided)} decided`)
  return made("span", "facts", parts.join(" · "))
}

function percent(share) {
  if (share > 0 && share < 0.01) return "under 1%"
  if (share < 1 && share > 0.99) return "over 99%"
  return `${Math.round(100 * share)}%`
}

function pictures(images) {
  const line = made("span", "pictures")
  for (const number of images) {
    const picture = document.createElement("img")
    picture.loading = "lazy"
    picture.alt = ""
    picture.src = `/thumb/${number}`
    line.append(picture)
  }
  return line
}
