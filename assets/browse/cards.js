// A sample as a card of the grid or as a row of the table. Texts are texts, whatever they hold.

const TEXT_FROM = 130 // cards narrower than this show the picture alone
const CARD_TEXT = 62
const GAP = 10
const ROW_HIGH = 46
const FIXED_COLUMNS = [
  { name: "asked", title: "Question", wide: 220 },
  { name: "answered", title: "Answer", wide: 260 },
]
const DECISION_MARKS = { approved: "✓", rejected: "✕", later: "…" }

function cardHigh(wide) {
  return Math.round(wide * 0.75) + (wide >= TEXT_FROM ? CARD_TEXT : 0) + GAP
}

/** @param {BrowseRow | undefined} row */
function card(row, wide) {
  const made = node("div", "card")
  made.append(picture(row, Math.round(wide * 0.75)), checkMark())
  if (!row) return made
  const notes = with_(node("span", "notes"), { "aria-hidden": "true" })
  if (row.decision !== "undecided") notes.append(with_(node("span", `mark ${row.decision}`, DECISION_MARKS[row.decision]), { title: row.decision }))
  if (row.flags) notes.append(with_(node("span", "mark flagged", String(row.flags)), { title: `${row.flags} flags` }))
  if (row.images > 1) notes.append(with_(node("span", "mark", `${row.images} pictures`), {}))
  if (row.value) notes.append(node("span", "mark", row.value))
  made.append(notes, node("span", "heard", spoken(row, wide < TEXT_FROM)))
  if (wide >= TEXT_FROM) {
    made.append(with_(node("span", "asked", row.asked || "(no question)"), { dir: "auto" }))
    made.append(with_(node("span", "answered", row.answered), { dir: "auto" }))
  }
  return made
}

/** @param {BrowseRow | undefined} row */
function picture(row, high) {
  const frame = node("span", "frame")
  frame.style.height = `${high}px`
  if (row && row.image !== null) {
    const image = document.createElement("img")
    image.alt = ""
    image.decoding = "async"
    image.draggable = false
    image.src = `/thumb/${row.image}`
    frame.append(image)
  } else if (row) {
    frame.append(node("span", "blank", row.images ? "Picture missing" : "Text only"))
  }
  return frame
}

function checkMark() {
  return with_(node("span", "check"), { "aria-hidden": "true", "data-check": "yes" })
}

// What a screen reader says of a card before its texts, or with its question where the card shows no text.
/** @param {BrowseRow} row */
function spoken(row, isSmall) {
  const flags = row.flags ? `, ${row.flags} flags` : ""
  return `Sample ${row.sample}, ${row.decision}${flags}: ${isSmall ? row.asked || "no question" : ""}`
}

/** @param {SortColumn[]} columns */
function tableColumns(columns) {
  return [...FIXED_COLUMNS, ...columns.map(({ name: field, title, numeric }) => ({ name: field, title, numeric, wide: numeric ? 110 : 150 }))]
}

function tableTemplate(columns) {
  return ["28px", "60px", ...columns.map((column) => `${column.wide}px`)].join(" ")
}

function tableWidth(columns) {
  return 88 + columns.reduce((sum, column) => sum + column.wide + 8, 0)
}

/** @param {BrowseRow | undefined} row */
function tableRow(row, columns) {
  const made = node("div", "row")
  const cell = (kind, ...children) => with_(node("span", kind, ...children), { role: "gridcell" })
  made.append(cell("cell", checkMark()), cell("cell", picture(row, ROW_HIGH - 8)))
  for (const column of columns) {
    const text = row ? String(row[column.name] ?? row.values[column.name] ?? "") : ""
    made.append(with_(cell(column.numeric ? "cell number" : "cell", node("bdi", "", text)), { title: column.numeric ? null : text }))
  }
  return made
}

// The head of the table; a click sorts, a second one the other way round.
function tableHead(columns, sort, choose) {
  const head = with_(node("div", "row head"), { role: "row" })
  for (const title of ["Selected", "Picture"]) head.append(with_(node("span", "cell", node("span", "heard", title)), { role: "columnheader" }))
  for (const column of columns) {
    const isFixed = FIXED_COLUMNS.includes(column)
    const way = sort === column.name ? "ascending" : sort === `-${column.name}` ? "descending" : "none"
    const button = node("button", "sorter", column.title, way === "none" ? "" : node("span", "way", way === "ascending" ? " ↑" : " ↓"))
    button.onclick = () => choose(nextSort(column, sort))
    head.append(with_(node("span", column.numeric ? "cell number" : "cell", isFixed ? column.title : button), { role: "columnheader", "aria-sort": isFixed ? null : way, title: column.title }))
  }
  return head
}

// Numbers begin with the highest, names with the first; then the other way round, then the order of the files.
function nextSort({ name: field, numeric }, sort) {
  const ways = numeric ? [`-${field}`, field, ""] : [field, `-${field}`, ""]
  return ways[(ways.indexOf(sort) + 1) % ways.length]
}
