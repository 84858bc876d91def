/* A word diff as nodes: what went is struck through, what came is underlined, the rest is plain. */
const tokens = (text) => text.match(/\s+|[\p{L}\p{N}_'’-]+|[^\s\p{L}\p{N}_]/gu) ?? [];

function wordDiff(before, after) {
  const a = tokens(before), b = tokens(after);
  let head = 0, tail = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const parts = [["same", a.slice(0, head).join("")]];
  parts.push(...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)));
  parts.push(["same", a.slice(a.length - tail).join("")]);
  return merged(parts.filter(([, text]) => text));
}

/* Longest common subsequence; texts too long for its table are shown as replaced. */
function middle(a, b) {
  if (a.length * b.length > 4e6) return [["gone", a.join("")], ["new", b.join("")]];
  const wide = b.length + 1, best = new Uint32Array((a.length + 1) * wide);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * wide + j] = a[i] === b[j] ? best[(i + 1) * wide + j + 1] + 1
        : Math.max(best[(i + 1) * wide + j], best[i * wide + j + 1]);
    }
  }
  const parts = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { parts.push(["same", a[i]]); i++; j++; }
    else if (j >= b.length || (i < a.length && best[(i + 1) * wide + j] >= best[i * wide + j + 1])) parts.push(["gone", a[i++]]);
    else parts.push(["new", b[j++]]);
  }
  return parts;
}

/* Neighbours of one sort become one piece, so that a replaced phrase reads as old and new and not word by word. */
function merged(parts) {
  const joined = [];
  let gone = "", came = "";
  const flush = () => { if (gone) joined.push(["gone", gone]); if (came) joined.push(["new", came]); gone = came = ""; };
  parts.forEach(([sort, text], at) => {
    const between = sort === "same" && /^\s+$/.test(text) && (gone || came) && at + 1 < parts.length && parts[at + 1][0] !== "same";
    if (sort === "gone") gone += text;
    else if (sort === "new") came += text;
    else if (between) { gone += text; came += text; }
    else { flush(); joined.push([sort, text]); }
  });
  flush();
  return joined;
}

function diffNodes(before, after) {
  return wordDiff(before, after).map(([sort, text]) => {
    if (sort === "same") return document.createTextNode(text);
    const node = document.createElement(sort === "gone" ? "del" : "ins");
    node.className = sort === "gone" ? "w-gone" : "w-new";
    node.textContent = text;
    return node;
  });
}
