// A row of samples as thumbnails with their first words; a click opens one.

/** @type {Component<StripData, MapSent>} */
export default function ({ parentElement, data, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip")
  strip.replaceChildren(...data.samples.map((one, at) => card(one, data.ranked ? at + 1 : 0, setTriggerValue)))
}

/** @param {StripSample} one */
function card(one, rank, send) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "card"
  button.append(one.image === null ? blank() : picture(one.image))
  const words = document.createElement("span")
  words.className = "words"
  words.textContent = one.text || "no words"
  button.append(words)
  if (rank) {
    const place = document.createElement("span")
    place.className = "rank"
    place.textContent = rank
    button.append(place)
  }
  button.title = one.text
  button.onclick = () => send("event", { kind: "open", sample: one.sample })
  return button
}

function picture(number) {
  const made = document.createElement("img")
  made.loading = "lazy"
  made.alt = ""
  made.src = `/thumb/${number}`
  return made
}

function blank() {
  const made = document.createElement("span")
  made.className = "blank"
  made.textContent = "no picture"
  return made
}
