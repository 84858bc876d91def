// Scrolling through more rows than an element can be high: browsers draw nothing beyond some 16 million pixels.

const TALLEST = 8_000_000
const SMALL_CARD = 200

// `top` is how far the list is scrolled, were it drawn in full; the element that is scrolled is `drawn` pixels high.
class Scroller {
  constructor() {
    this.content = this.drawn = this.view = this.top = this.last = 0
  }

  // A list of another height, or a window of another one; says where the element has to be scrolled to.
  resize(content, view) {
    this.content = content
    this.view = view
    this.drawn = Math.min(content, TALLEST)
    return this.to(this.top)
  }

  get room() {
    return Math.max(0, this.content - this.view)
  }

  get drawnRoom() {
    return Math.max(0, this.drawn - this.view)
  }

  // The element was scrolled: by a wheel or a key as far as it moved, by a scroll bar to the same share of the list.
  heard(scrolled) {
    const by = scrolled - this.last
    this.last = scrolled
    if (this.content === this.drawn) this.top = scrolled
    else if (scrolled <= 0) this.top = 0
    else if (scrolled >= this.drawnRoom) this.top = this.room
    else if (Math.abs(by) < this.view) this.top = Math.max(0, Math.min(this.room, this.top + by))
    else this.top = this.room * (scrolled / this.drawnRoom)
    return this.top
  }

  // Where the element has to be scrolled to for a place of the list, which is then the present one.
  to(top) {
    this.top = Math.max(0, Math.min(this.room, top))
    this.last = this.content === this.drawn ? this.top : Math.round(this.drawnRoom * (this.top / (this.room || 1)))
    return this.last
  }

  // Where something at `place` of the list is drawn within the element.
  at(place) {
    return place - this.top + this.last
  }
}

// How many cards of a width stand beside each other, and how wide each is then: on a phone two, if they are to be small.
function cardColumns(width, size, gap) {
  const least = width >= 260 && size <= SMALL_CARD ? 2 : 1
  const columns = Math.max(least, Math.floor((width + gap) / (size + gap)))
  return { columns, wide: Math.floor((width - gap * (columns - 1)) / columns) }
}

// First and last row (not included) that can be seen, with some more on either side.
function rowsInSight(top, view, high, rows, more) {
  const first = Math.max(0, Math.floor(top / high) - more)
  return [Math.min(first, rows), Math.min(rows, Math.ceil((top + view) / high) + more)]
}
