/* Draws the blocks of one flag: pictures with boxes, turns with spans, votes, facts, messages, a histogram, cards. */
const SIGNS = { unsupported: "✗", unsure: "?", supported: "✓", flagged: "!", confirmed: "✗✗", dismissed: "✓✓", marked: "✎" };
const MEANINGS = {
  unsupported: "unsupported", unsure: "unsure", supported: "supported", flagged: "flagged",
  confirmed: "confirmed by a person", dismissed: "dismissed by a person", marked: "marked by a person",
};
const TONES = new Set(Object.keys(SIGNS));
const COLOURS = ["#2dd4bf", "#fbbf24", "#60a5fa", "#f472b6", "#a3e635", "#fb923c", "#c084fc", "#f87171"];
const toneClass = (tone) => (TONES.has(tone) ? `w-${tone}` : "w-flagged");

/** @type {Record<string, (block: any) => HTMLElement>} */
const DRAWN = { look, votes, facts, messages, histogram, cards };

/** @param {FlagItem} item */
function drawBlocks(item) {
  return item.blocks.map((block) => DRAWN[block.type]?.(block)).filter(Boolean);
}

/** @param {LookBlock} block */
function look(block) {
  const left = node("div", "w-see"), right = node("div", "w-read");
  block.pictures.forEach((one, place) => left.append(picture(one, block.boxes.filter((box) => box.picture === place), block.large, block.marks.filter((region) => region.picture === place))));
  if (!block.pictures.length) left.append(node("div", "w-none", node("b", "", "Text only. "), "This sample has no picture; only its texts are judged."));
  if (block.boxes.length || block.marks.length) left.append(boxLegend(block.boxes, block.marks));
  right.append(legend(block.turns), ...block.turns.map((one) => turn(one, block.marks)));
  if (!block.turns.length) right.append(node("div", "w-none", "This sample has no turns."));
  return node("div", "w-look" + (block.large ? " w-look-large" : ""), left, right);
}

/** @param {PictureBlock} one @param {BoxBlock[]} boxes @param {RegionBlock[]} [marks] */
function picture(one, boxes, large, marks = []) {
  if (!one.src) return node("div", "w-none", node("b", "", "No picture. "), one.why, node("br"), node("code", "", one.ref));
  const frame = with_(node("a", "w-picture"), { href: one.src, target: "_blank", title: "Open in full" });
  const shown = with_(node("img"), { src: one.src, alt: one.ref, width: one.width, height: one.height });
  shown.style.backgroundImage = `url(${one.thumb})`;
  const names = [...new Set(boxes.map((box) => box.label))], said = new Set();
  const large_first = [...boxes].sort((a, b) => b.at[2] * b.at[3] - a.at[2] * a.at[3]);
  frame.append(shown, ...large_first.map((box) => drawBox(box, COLOURS[names.indexOf(box.label) % COLOURS.length], said)), ...drawMarks(marks), node("span", "w-absent"));
  const size = large && one.width ? node("div", "w-soft", `${one.width} × ${one.height} pixels, shown pixel for pixel`) : null;
  return node("div", large ? "w-pixels" : "w-frame", frame, size, one.said && !large ? node("div", "w-soft", one.said) : null);
}

/* Boxes that the row itself has: numbered, as in the text that writes them. */
function drawMarks(marks) {
  return [...marks].sort((a, b) => b.at[2] * b.at[3] - a.at[2] * a.at[3]).map((one) => {
    const [left, top, width, height] = one.at, colour = COLOURS[(one.number - 1) % COLOURS.length];
    const shown = node("span", `w-box w-region w-${one.kind}`, one.outline.length ? outline(one.outline, colour) : null, node("span", "w-tag", one.title));
    Object.assign(shown.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%`, borderColor: colour });
    return shown;
  });
}

/** The inside of a shape that is no box. @param {number[]} corners @param {string} colour */
function outline(corners, colour) {
  const inside = node("span", "w-inside"), points = [];
  for (let at = 0; at + 1 < corners.length; at += 2) points.push(`${corners[at]}% ${corners[at + 1]}%`);
  Object.assign(inside.style, { background: colour, clipPath: `polygon(${points.join(",")})` });
  return inside;
}

/* A chip where the text marks an image, the number behind a box that is drawn. */
function worded(text, marks, count) {
  const written = marks.filter((one) => one.written), plain = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const cuts = new RegExp(["(?:Picture\\s\\d+:\\s?)?<img>[^<]{0,2000}</img>|<image>", ...written.map((one) => plain(one.written))].join("|"), "g");
  const made = [];
  let place = 0;
  for (const found of text.matchAll(cuts)) {
    made.push(text.slice(place, found.index));
    const box = written.find((one) => one.written === found[0]);
    if (box) made.push(found[0], node("sup", "w-drawn", String(box.number)));
    else made.push(with_(node("span", "w-chip", `image ${(count.images += 1)}`), { title: found[0] }));
    place = found.index + found[0].length;
  }
  return [...made, text.slice(place)].filter(Boolean);
}

function drawBox(box, colour, said) {
  const shown = with_(node("span", `w-box w-by-${box.by === "detector" ? "detector" : "annotators"}${box.sure ? "" : " w-quiet"}`), { "data-box": String(box.id) });
  const [left, top, width, height] = box.at;
  Object.assign(shown.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%`, borderColor: colour });
  shown.append(node("span", "w-tag" + (said.has(box.label) ? " w-again" : ""), box.label));
  said.add(box.label);
  return shown;
}

function boxLegend(boxes, marks) {
  const by = new Set(boxes.map((box) => box.by));
  const said = [];
  if (by.has("annotators")) said.push(node("span", "", node("i", "w-line"), "annotated"));
  if (by.has("detector")) said.push(node("span", "", node("i", "w-line w-dashed"), "detected"));
  if (marks.length) said.push(node("span", "", node("i", "w-line w-double"), "numbered: in the row"));
  return node("div", "w-legend", ...said, node("span", "", node("kbd", "w-key", "B"), " shows or hides boxes"));
}

function legend(turns) {
  const tones = new Set(turns.flatMap((one) => one.spans.map((span) => span.tone)));
  const shown = Object.keys(SIGNS).filter((tone) => tones.has(tone));
  return node("div", "w-legend", ...shown.map((tone) => node("span", "", node("span", `w-mark ${toneClass(tone)}`, sign(tone), "aa"), ` ${MEANINGS[tone]}`)));
}

const sign = (tone) => with_(node("sup", "w-sign", SIGNS[tone] ?? "!"), { "aria-hidden": "true" });

/** @param {TurnBlock} one @param {RegionBlock[]} marks */
function turn(one, marks) {
  const count = { images: one.before }, asked = worded(one.instruction, marks, count);
  const gone = one.verdict === "drop" ? " w-dropped" : "";
  const answer = node("div", "w-bubble w-answer", ...pieces(one, marks, count));
  if (!one.pieces.some(([text]) => text)) answer.append(node("i", "", "empty"));
  const after = one.verdict === "drop" ? node("div", "w-decided", `⌫ Dropped by ${one.who}`)
    : one.verdict === "edit" ? node("div", "w-decided", `✎ Edited by ${one.who}`, node("div", "w-bubble w-diff", ...diffNodes(one.response, one.edited)))
    : null;
  return with_(node("div", `w-turn${gone}`, node("div", "w-who w-who-user", `Instruction ${one.number}`),
    node("div", "w-bubble w-user", ...(asked.length ? asked : [node("i", "", "empty")])),
    node("div", "w-who", `Response ${one.number}`), answer, after), { "data-now": one.now ? "1" : null });
}

/* The sentence that fits least is underlaid; it may hold spans of its own. */
function pieces(one, marks, count) {
  let place = 0;
  return one.pieces.flatMap(([text, at]) => {
    const start = place, points = Array.from(text);
    place += points.length;
    if (at >= 0) return [mark(one.spans[at], text, inside(one.sentence, start))];
    if (!one.sentence) return worded(text, marks, count);
    const [from, to] = one.sentence.map((edge) => Math.max(0, Math.min(edge - start, points.length)));
    const part = (a, b) => points.slice(a, b).join("");
    return [part(0, from), to > from ? node("span", "w-sentence", part(from, to)) : "", part(Math.max(from, to), points.length)].filter(Boolean);
  });
}

const inside = (sentence, place) => sentence && place >= sentence[0] && place < sentence[1];

/** @param {SpanBlock} span */
function mark(span, text, within) {
  const made = node("mark", `w-mark ${toneClass(span.tone)}${span.now ? " w-mark-now" : ""}${within ? " w-within" : ""}`, sign(span.tone), text);
  return with_(made, { "data-claim": span.id, "data-boxes": span.boxes.join(" ") || " ", "data-flag": span.flag, tabindex: "0", title: span.why,
    "aria-label": `${text}: ${MEANINGS[span.tone] ?? span.tone}` });
}

/** @param {VotesBlock} block */
function votes(block) {
  const head = node("tr", "", ...["Claim", ...block.columns, "People"].map((name) => node("th", "", name)));
  const rows = block.rows.map((row) => {
    const made = node("tr", row.now ? "w-now" : "", node("td", "", node("span", `w-mark ${toneClass(row.tone)}`, sign(row.tone), row.text)),
      ...row.cells.map(voteCell), node("td", "", ...row.people.map(([who, said]) => node("div", "", `${who}: ${said}`))));
    return with_(made, { "data-claim": row.id, "data-flag": row.flag, tabindex: "0", "aria-current": row.now ? "true" : null,
      title: row.flag && !row.now ? "Go to this flag" : null });
  });
  return node("div", "w-scroll", node("table", "w-table w-votes", head, ...rows));
}

/** @param {VoteCell | null} cell */
function voteCell(cell) {
  if (!cell) return node("td", "w-soft", "–");
  const made = node("td", "", node("span", `w-said ${cell.verdict ? toneClass(cell.verdict) : "w-soft"}`, node("b", "w-tone", SIGNS[cell.verdict] ?? "–"), ` ${cell.score}`));
  return with_(made, { title: cell.said, "aria-label": `${cell.verdict || "cannot tell"} ${cell.score}` });
}

/** @param {FactsBlock} block */
function facts(block) {
  const rows = block.rows.map(([name, text]) => node("tr", "", node("td", "w-soft", name), node("td", "", text)));
  return node("table", "w-table w-facts", ...rows);
}

/** @param {MessagesBlock} block */
function messages(block) {
  const said = block.messages.map((one) => {
    const parts = one.text.split(block.mark).flatMap((text, at) => (at ? [node("b", "w-token", block.mark), text] : [text]));
    return node("div", "w-message" + (one.odd ? " w-odd" : ""), node("div", "w-who", node("b", "", one.role), one.odd ? node("span", "w-why", `⚠ ${one.odd}`) : ""),
      node("div", "w-bubble w-answer", ...(one.text ? parts : [node("i", "", "empty")])));
  });
  const left = node("div", "w-see", ...block.pictures.map((one) => picture(one, [], false)));
  if (!block.pictures.length) left.append(node("div", "w-none", "The row names no picture."));
  return node("div", "w-look", left, node("div", "w-read", ...said));
}

/** @param {HistogramBlock} block */
function histogram(block) {
  const top = Math.sqrt(Math.max(...block.counts, 1));
  const bars = block.counts.map((count) => { const bar = node("i"); bar.style.height = count ? `${Math.max(4, 100 * Math.sqrt(count) / top)}%` : "0"; return bar; });
  const at = (share, name) => { const line = node("span", name); line.style.left = `${100 * share}%`; return line; };
  const plot = with_(node("div", "w-plot", ...bars, ...block.cuts.map((share) => at(share, "w-cut")), at(block.at, "w-here")), { role: "img", "aria-label": block.words });
  const near = block.near.map((one) => node("figure", "w-near", one.thumb ? with_(node("img", "w-thumb"), { src: one.thumb, alt: "", loading: "lazy" }) : node("div", "w-thumb"),
    node("figcaption", "w-soft", `${one.value} · ${one.row}`)));
  return node("div", "w-spread", node("div", "", node("div", "", block.words), plot, node("div", "w-axis w-soft", node("span", "", block.edges[0]), node("span", "", block.edges[1]))),
    node("div", "w-nears", ...near));
}

/** @param {CardsBlock} block */
function cards(block) {
  const shown = block.cards.map((card) => node("div", "w-member" + (card.now ? " w-now" : ""), node("div", "", node("b", "", card.title)),
    node("div", "w-soft", card.now ? "this flag" : "", card.now && card.state ? " · " : "", card.state), node("div", "w-strip", ...card.pictures.map((one) => (one.thumb
      ? with_(node("img", "w-thumb"), { src: one.thumb, alt: one.ref }) : node("div", "w-none", one.why)))),
    node("div", "w-copy", ...(card.before ? diffNodes(card.before, card.text) : [card.text]))));
  return node("div", "w-members", ...shown, block.more ? node("div", "w-none", `and ${block.more} more`) : null);
}
