// Which places of a list are selected, as spans from a place to another one that is not included: all of 665,000 is one.

class Selection {
  constructor() {
    /** @type {number[][]} */
    this.spans = []
  }

  get count() {
    return this.spans.reduce((sum, [low, high]) => sum + high - low, 0)
  }

  has(place) {
    return this.spans.some(([low, high]) => low <= place && place < high)
  }

  add(low, high) {
    const apart = this.spans.filter((span) => span[1] < low || high < span[0])
    const touched = this.spans.filter((span) => !apart.includes(span))
    const joined = touched.reduce(([from, to], span) => [Math.min(from, span[0]), Math.max(to, span[1])], [low, high])
    this.spans = [...apart, joined].sort((a, b) => a[0] - b[0])
  }

  remove(low, high) {
    this.spans = this.spans.flatMap(([from, to]) =>
      [[from, Math.min(to, low)], [Math.max(from, high), to]].filter((span) => span[0] < span[1]))
  }

  toggle(place) {
    if (this.has(place)) this.remove(place, place + 1)
    else this.add(place, place + 1)
  }

  clear() {
    this.spans = []
  }

  // The first places, at most so many.
  first(most) {
    const places = []
    for (const [low, high] of this.spans) {
      for (let place = low; place < high && places.length < most; place++) places.push(place)
    }
    return places
  }
}
