// The filters at the side: a click on a value asks for it, its minus leaves it out; metrics have histograms.

const FEW = 8

class Filters {
  // `edit` asks for another choice of a field, `turn` opens or closes the histogram of a metric.
  constructor(host, edit, turn) {
    this.host = host
    this.edit = edit
    this.turn = turn
    this.orders = new Map() // values stay where they are while their counts change
    this.long = new Set()
    this.closed = new Set()
    this.drawn = ""
    this.again = () => {}
  }

  /** @param {BrowseLook} look @param {string[]} opened */
  draw(look, opened) {
    this.again = () => this.draw(look, opened)
    const text = JSON.stringify([look.facets, look.metrics, opened, [...this.long]])
    if (text === this.drawn) return
    this.drawn = text
    const focused = this.host.getRootNode().activeElement?.dataset?.id
    const scrolled = this.host.scrollTop
    this.host.replaceChildren(
      ...look.facets.map((facet) => this.facet(facet)),
      node("h2", "heading", "Metrics"),
      ...look.metrics.map((metric) => this.metric(metric, opened.includes(metric.field))),
    )
    this.host.scrollTop = scrolled
    if (focused) this.host.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
  }

  /** @param {Facet} facet */
  facet(facet) {
    const values = this.ordered(facet), isLong = this.long.has(facet.field)
    const listed = values.filter((value, place) => isLong || place < FEW || value.state)
    const most = Math.max(1, ...values.map((value) => value.count))
    const section = document.createElement("details"), chosen = values.filter((value) => value.state).length
    section.className = "facet"
    section.open = !this.closed.has(facet.field)
    section.ontoggle = () => (section.open ? this.closed.delete(facet.field) : this.closed.add(facet.field))
    section.append(node("summary", "", facet.title, chosen ? node("span", "chosen", String(chosen)) : ""))
    section.append(...listed.map((value) => this.value(facet, value, most)))
    const foot = node("div", "foot")
    if (values.length > listed.length || isLong) {
      foot.append(this.act(`more ${facet.field}`, isLong ? "Fewer" : `${values.length - listed.length} more`, () => {
        if (isLong) this.long.delete(facet.field)
        else this.long.add(facet.field)
        this.again()
      }))
    }
    if (isLong && facet.more) foot.append(node("span", "soft", `and ${facet.more.toLocaleString("en")} others: name them in the query`))
    if (facet.several && values.filter((value) => value.state === "in").length > 1) {
      foot.append(this.act(`every ${facet.field}`, facet.every ? "Has all of these" : "Has any of these", () => this.edit({ ...choiceOf(facet), every: !facet.every })))
    }
    if (chosen) foot.append(this.act(`clear ${facet.field}`, "Clear", () => this.edit(emptyChoice(facet.field))))
    if (foot.childNodes.length) section.append(foot)
    return section
  }

  /** @param {Facet} facet @param {FacetValue} value */
  value(facet, value, most) {
    const turned = (state) => this.edit(choiceWith(facet, value.label, value.state === state ? "" : state))
    const bar = node("span", "share")
    bar.style.width = `${(100 * value.count) / most}%`
    const pick = with_(node("button", "pick", bar, node("bdi", "label", shownLabel(facet, value.label)), node("span", "count", value.count.toLocaleString("en"))), {
      "aria-pressed": String(value.state === "in"), "data-id": `in ${facet.field} ${value.label}`, title: value.label,
    })
    pick.onclick = () => turned("in")
    const not = with_(node("button", "not", "−"), {
      "aria-pressed": String(value.state === "out"), "aria-label": `Leave out ${value.label}`, title: `Leave out ${value.label}`, "data-id": `out ${facet.field} ${value.label}`,
    })
    not.onclick = () => turned("out")
    const line = node("div", "value", pick, not)
    line.dataset.state = value.state
    line.dataset.none = value.count ? "" : "yes"
    return line
  }

  /** @param {FacetMetric} metric */
  metric(metric, isOpen) {
    const section = document.createElement("details")
    section.className = "facet metric"
    const isSet = metric.low !== null || metric.high !== null
    section.open = isOpen
    section.ontoggle = () => { if (section.open !== isOpen) this.turn(metric.field, section.open) }
    section.append(with_(node("summary", "", metric.title, isSet ? node("span", "chosen", rangeText(metric)) : ""), { "data-id": `metric ${metric.field}` }))
    if (!isOpen || !metric.edges.length) return section
    const choose = (low, high) => this.edit({ ...emptyChoice(metric.field), low, high })
    const field = (side, label) => {
      const input = document.createElement("input")
      input.className = "edge"
      input.inputMode = "decimal"
      input.value = metric[side] === null ? "" : String(metric[side])
      input.placeholder = shortNumber(metric.edges[side === "low" ? 0 : metric.edges.length - 1])
      with_(input, { "aria-label": `${metric.title}, ${label}`, "data-id": `${side} ${metric.field}` })
      input.onchange = () => {
        const edges = { low: metric.low, high: metric.high, [side]: readNumber(input.value) }
        choose(edges.low, edges.high)
      }
      return input
    }
    const range = node("div", "range", field("low", "at least"), node("span", "soft", "to"), field("high", "at most"), node("span", "soft", metric.unit))
    if (isSet) range.append(this.act(`clear ${metric.field}`, "Clear", () => choose(null, null)))
    section.append(histogram(metric, choose), range)
    return section
  }

  act(id, label, run) {
    const button = with_(node("button", "act", label), { "data-id": id })
    button.onclick = run
    return button
  }

  ordered(facet) {
    const order = this.orders.get(facet.field) ?? []
    const labels = new Set(facet.values.map((value) => value.label))
    const all = [...order.filter((label) => labels.has(label)), ...[...labels].filter((label) => !order.includes(label))]
    this.orders.set(facet.field, all)
    const by = new Map(facet.values.map((value) => [value.label, value]))
    return all.map((label) => by.get(label))
  }
}

const emptyChoice = (field) => ({ field, included: [], excluded: [], every: false, low: null, high: null })

/** @param {Facet} facet @returns {BrowseEdit} */
function choiceOf(facet) {
  const labels = (state) => facet.values.filter((value) => value.state === state).map((value) => value.label)
  return { ...emptyChoice(facet.field), included: labels("in"), excluded: labels("out"), every: facet.every }
}

// The choice with a value in another state: asked for ("in"), left out ("out") or neither.
function choiceWith(facet, label, state) {
  const choice = choiceOf(facet)
  const without = (labels) => labels.filter((other) => other !== label)
  return {
    ...choice,
    included: [...without(choice.included), ...(state === "in" ? [label] : [])],
    excluded: [...without(choice.excluded), ...(state === "out" ? [label] : [])],
  }
}

function shownLabel(facet, label) {
  return facet.field === "flag" || facet.field === "task" || facet.field === "decision" ? label.replaceAll("_", " ") : label
}

function shortNumber(value) {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)))
}

function rangeText({ low, high }) {
  if (low === null) return `≤ ${shortNumber(high)}`
  return high === null ? `≥ ${shortNumber(low)}` : `${shortNumber(low)}–${shortNumber(high)}`
}

// A number that somebody typed; null for none.
function readNumber(text) {
  const value = Number(text.trim().replace(",", "."))
  return text.trim() === "" || !Number.isFinite(value) ? null : value
}
