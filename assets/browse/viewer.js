// A sample over two thirds of the width beside its conversation, or up to four side by side.

const TONE_NAMES = { unsupported: "not in the picture", unsure: "unsure", supported: "borne out", flagged: "flagged", confirmed: "confirmed", dismissed: "dismissed" }

class Viewer {
  // `step` opens the sample before or after, `like` asks for similar ones, `leave` closes.
  constructor(host, { step, like, leave }) {
    this.host = host
    this.step = step
    this.like = like
    this.leave = leave
    this.opened = []
    this.panes = []
    this.asked = 0
    host.addEventListener("keydown", (event) => this.key(event))
  }

  get isOpen() {
    return !this.host.hidden
  }

  // Shows samples by their numbers; none closes.
  async show(numbers) {
    if (String(numbers) === String(this.opened)) return
    const ask = ++this.asked, wasOpen = this.isOpen
    this.opened = numbers
    this.host.hidden = !numbers.length
    if (!numbers.length) {
      this.clear()
      this.host.replaceChildren()
      return
    }
    if (!wasOpen) this.host.replaceChildren(node("p", "soft", "Loading …"))
    const samples = await Promise.all(numbers.map(fetchSample))
    if (ask === this.asked) this.draw(samples.filter((sample) => sample !== null), numbers.length - samples.filter(Boolean).length)
  }

  /** @param {OpenedSample[]} samples */
  draw(samples, missing) {
    this.clear()
    const act = (label, title, run, key = "") => {
      const button = with_(node("button", "act", label, key ? node("kbd", "", key) : ""), { title })
      button.onclick = run
      return button
    }
    const single = samples.length === 1 && !missing
    const head = node("div", "viewer-head")
    if (single) head.append(act("‹", "Previous sample (←)", () => this.step(-1)), act("›", "Next sample (→)", () => this.step(1)))
    head.append(node("h2", "viewer-title", single ? `Sample ${samples[0].sample}` : `${samples.length} samples side by side`))
    if (missing) head.append(node("span", "soft", `${missing} could not be read`))
    if (single) head.append(act("More like this", "The samples nearest to it on the map", () => this.like(samples[0].sample)), reviewLink(samples[0].sample))
    head.append(act("Close", "Back to the list", () => this.leave(), "Esc"))
    const body = node("div", samples.length > 1 ? "viewer-body several" : "viewer-body")
    body.dataset.count = String(samples.length)
    for (const sample of samples) body.append(...this.sample(sample, single))
    this.host.replaceChildren(head, body)
    this.host.focus({ preventScroll: true })
  }

  /** @param {OpenedSample} sample */
  sample(sample, single) {
    const stage = node("div", "stage"), strip = node("div", "strip")
    const put = (shown) => {
      const pane = zoomPane(shown)
      for (const before of this.panes.filter((other) => stage.contains(other))) before.stop()
      this.panes = [...this.panes.filter((other) => !stage.contains(other)), pane]
      stage.replaceChildren(pane)
    }
    if (sample.pictures.length) put(sample.pictures[0])
    else stage.append(node("span", "blank", "Text only: this sample has no picture."))
    if (sample.pictures.length > 1) {
      for (const [place, shown] of sample.pictures.entries()) {
        const button = with_(node("button", "small", String(place + 1)), { title: shown.name, "aria-label": `Picture ${place + 1}` })
        if (shown.image !== null) {
          const image = document.createElement("img")
          image.alt = ""
          image.src = `/thumb/${shown.image}`
          button.append(image)
        }
        button.onclick = () => put(shown)
        strip.append(button)
      }
    }
    const talk = node("div", "talk", ...this.facts(sample, single))
    const left = node("div", "left", stage, sample.pictures.length > 1 ? strip : "")
    return single ? [left, with_(talk, { tabindex: "0", role: "region", "aria-label": "Conversation" })]
      : [with_(node("section", "beside", left, talk), { "aria-label": `Sample ${sample.sample}` })]
  }

  /** @param {OpenedSample} sample */
  facts(sample, single) {
    const parts = []
    if (!single) parts.push(node("h3", "viewer-name", `Sample ${sample.sample}`))
    parts.push(node("p", "soft", sample.name, " · ", sample.decision || "undecided", ...sample.tags.flatMap((tag) => [" · ", node("bdi", "tag", tag)])))
    for (const turn of sample.turns) {
      parts.push(with_(node("div", "asked-bubble", turn.asked), { dir: "auto" }))
      parts.push(with_(node("div", "said-bubble", ...turn.parts.map(spanOf)), { dir: "auto" }))
    }
    if (!sample.turns.length) parts.push(node("p", "soft", "This sample has no turns."))
    if (sample.flags.length) {
      parts.push(node("h3", "", "Flags"), node("ul", "flags", ...sample.flags.map((flag) =>
        node("li", "", node("b", "", flag.title), ` (${flag.status}): `, node("bdi", "", flag.reason)))))
    }
    const bad = sample.scores.filter((score) => score.bad), others = sample.scores.filter((score) => !score.bad)
    if (bad.length) parts.push(node("h3", "", "Beyond the suggested cut"), scoreTable(bad))
    if (others.length) {
      const folded = node("details", "scores", node("summary", "", `${others.length} ${bad.length ? "other " : ""}scores`), scoreTable(others))
      parts.push(folded)
    }
    if (!single) parts.push(reviewLink(sample.sample))
    return parts
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return
    if (event.key === "Escape") this.leave()
    else if (event.key === "z" || event.key === "Z") this.panes.forEach((pane) => pane.turn())
    else if (event.key === "ArrowLeft" && this.opened.length === 1) this.step(-1)
    else if (event.key === "ArrowRight" && this.opened.length === 1) this.step(1)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  clear() {
    for (const pane of this.panes) pane.stop()
    this.panes = []
  }

  stop() {
    this.clear()
    this.asked += 1
  }
}

async function fetchSample(number) {
  try {
    const answer = await fetch(`/browse/sample/${number}`)
    return answer.ok ? await answer.json() : null
  } catch {
    return null
  }
}

/** @param {OpenedPart} part */
function spanOf(part) {
  if (!part.tone) return part.text
  return with_(node("mark", `span ${part.tone}`, part.text), { title: `${TONE_NAMES[part.tone] ?? part.tone}: ${part.reason}` })
}

/** @param {OpenedScore[]} scores */
function scoreTable(scores) {
  return node("table", "score-table", ...scores.map((score) => node("tr", "", node("td", "", score.title), node("td", "number", score.text))))
}

function reviewLink(number) {
  return with_(node("a", "act", "Open in Review"), { href: `/review?sample=${number}` })
}
