// What the pointer rests on: a thumbnail and the first words, asked for only after a moment of rest.

const REST = 70

function hoverCard(element) {
  const known = new Map()
  let timer = 0
  let wanted = null
  let others = 0

  function hide() {
    clearTimeout(timer)
    wanted = null
    element.hidden = true
  }

  function show(number, x, y, view, more) {
    place(x, y, view)
    others = more
    if (wanted === number) return
    wanted = number
    clearTimeout(timer)
    if (known.has(number)) return fill(known.get(number))
    element.hidden = true
    timer = setTimeout(() => ask(number), REST)
  }

  async function ask(number) {
    const answer = await fetch(`/about/${number}`).catch(() => null)
    if (!answer?.ok) return
    if (known.size > 500) known.clear()
    known.set(number, await answer.json())
    if (wanted === number) fill(known.get(number))
  }

  function fill(about) {
    element.replaceChildren()
    if (about.image !== null) {
      const picture = document.createElement("img")
      picture.src = `/thumb/${about.image}`
      picture.alt = ""
      element.append(picture)
    }
    const stacked = others ? `${others.toLocaleString("en")} more at this place: click again for the next` : ""
    const lines = [["asked", about.asked], ["said", about.said], ["where", about.where], ["where", stacked]]
    for (const [kind, text] of lines) {
      if (!text) continue
      const line = document.createElement("div")
      line.className = kind
      line.textContent = text
      element.append(line)
    }
    element.hidden = false
  }

  function place(x, y, view) {
    const [right, lower] = [x > view.width / 2, y > view.height / 2]
    element.style.left = right ? "" : `${x + 14}px`
    element.style.right = right ? `${view.width - x + 14}px` : ""
    element.style.top = lower ? "" : `${y + 14}px`
    element.style.bottom = lower ? `${view.height - y + 14}px` : ""
  }

  return { show, hide }
}
