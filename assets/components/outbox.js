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
    } catch { /* a browser that keeps nothing: the page has them still */ }
  }

  /* What an earlier load of this tab left, and tabs that are gone; the oldest first. */
  adopt() {
    try {
      const earlier = sessionStorage.getItem(this.prefix);
      sessionStorage.setItem(this.prefix, this.name);
      const left = Object.keys(localStorage).filter((name) => name.startsWith(this.prefix) && name !== this.name)
        .map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }))
        .filter((box) => box.name === earlier || Date.now() - box.at > SILENT).sort((one, two) => one.at - two.at);
      const entries = left.flatMap((box) => box.entries);
      if (entries.length) this.keep(entries);
      for (const box of left) localStorage.removeItem(box.name);
      return entries;
    } catch { return []; }
  }
}
