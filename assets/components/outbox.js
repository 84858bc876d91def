/* What was done and is not stored yet waits in the browser: over a reload, a restart of the server, and a full disk.
   Entries have ids, and the server stores each id once; so one that is said twice does no harm. */
const SILENT = 90_000;

class Outbox {
  constructor(kind, workspace) {
    this.prefix = `winnow-outbox:${kind}:${workspace}:`;
    this.name = this.prefix + Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("");
  }

  keep(entries) {
    try {
      if (entries.length) localStorage.setItem(this.name, JSON.stringify({ at: Date.now(), entries }));
      else localStorage.removeItem(this.name);
      return true;
    } catch { return false; /* a browser that keeps nothing, or no more: the page has them still */ }
  }

  /* What an earlier load of this tab left, and tabs that are gone; the oldest first. */
  adopt() {
    try {
      const earlier = sessionStorage.getItem(this.prefix);
      sessionStorage.setItem(this.prefix, this.name);
      const left = Object.keys(localStorage).filter((name) => name.startsWith(this.prefix) && name !== this.name)
        .map(readBox).filter((box) => box && (box.name === earlier || Date.now() - box.at > SILENT)).sort((one, two) => one.at - two.at);
      const entries = left.flatMap((box) => box.entries);
      if (entries.length && !this.keep(entries)) return entries;  // a full storage: they stay where they are
      for (const box of left) localStorage.removeItem(box.name);
      return entries;
    } catch { return []; }
  }
}

/* null for what is damaged: it must not keep the others from being said. */
function readBox(name) {
  try {
    const { at, entries } = JSON.parse(localStorage.getItem(name));
    return Array.isArray(entries) ? { name, at, entries } : null;
  } catch { return null; }
}
