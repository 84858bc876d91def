// Rows of the list, fetched a page at a time and remembered for a while.

const PAGE = 60
const MOST_PAGES = 40

class RowPages {
  // `address` says where the rows of a list are: (start, count) => URL; `came` is called when some have come.
  constructor(address, came) {
    this.address = address
    this.came = came
    this.rev = ""
    this.failed = false
    /** @type {Map<number, BrowseRow[] | null>} */
    this.pages = new Map()
  }

  // Another list, or the same one with other contents.
  begin(rev, first) {
    this.rev = rev
    this.failed = false
    this.pages.clear()
    if (first.length) this.pages.set(0, first)
  }

  row(place) {
    return this.pages.get(Math.floor(place / PAGE))?.[place % PAGE]
  }

  // Fetches what is missing from `low` to `high`.
  need(low, high) {
    for (let page = Math.floor(low / PAGE); page * PAGE < high; page++) {
      if (this.pages.has(page)) this.refresh(page)
      else this.fetch(page)
    }
    for (const page of [...this.pages.keys()].slice(0, Math.max(0, this.pages.size - MOST_PAGES))) this.pages.delete(page)
  }

  refresh(page) {
    const rows = this.pages.get(page)
    this.pages.delete(page)
    this.pages.set(page, rows)
  }

  async fetch(page) {
    const rev = this.rev
    this.pages.set(page, null)
    try {
      const answer = await fetch(this.address(page * PAGE, PAGE))
      if (!answer.ok) throw new Error(await answer.text())
      /** @type {BrowseRows} */
      const sent = await answer.json()
      if (rev !== this.rev) return
      this.failed = false
      if (sent.rev === rev) this.pages.set(page, sent.rows)
      else this.pages.delete(page)
      this.came(sent.rev)
    } catch {
      if (rev !== this.rev) return
      this.pages.delete(page)
      this.failed = true
      this.came(rev)
    }
  }
}
