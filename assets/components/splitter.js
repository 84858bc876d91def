/* The line between the picture and the conversation: dragged, or moved by arrow keys; where it stands is kept. */
const SPLIT = "winnow-review-split", LEAST_SHARE = 25, MOST_SHARE = 80, SHARE = 60;

class Splitter {
  /* `stage` holds both sides and an element `.w-deck-split` between them, drawn anew with each sample. */
  constructor(stage) {
    this.stage = stage;
    stage.addEventListener("pointerdown", (event) => this.grab(event));
    stage.addEventListener("keydown", (event) => this.key(event));
    stage.addEventListener("dblclick", (event) => { if (isLine(event.target)) this.move(SHARE); });
    this.move(readShare());
  }

  grab(down) {
    if (!isLine(down.target)) return;
    const line = down.target, box = this.stage.getBoundingClientRect();
    line.setPointerCapture(down.pointerId);
    line.onpointermove = (event) => this.move((100 * (event.clientX - box.left)) / box.width);
    line.onpointerup = line.onpointercancel = () => { line.onpointermove = null; };
    down.preventDefault();
  }

  key(event) {
    const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
    if (!step || !isLine(event.target)) return;
    this.move(this.share + step);
    event.preventDefault();
    event.stopPropagation();  // the arrows mean other samples elsewhere
  }

  /* `share` of the width for the picture, in percent. */
  move(share) {
    this.share = Math.max(LEAST_SHARE, Math.min(MOST_SHARE, Math.round(share)));
    this.stage.style.setProperty("--w-left", `${this.share}fr`);
    this.stage.style.setProperty("--w-right", `${100 - this.share}fr`);
    this.tell();
    try { localStorage.setItem(SPLIT, String(this.share)); } catch { /* it is asked for again next time */ }
  }

  tell() {
    this.stage.querySelector(".w-deck-split")?.setAttribute("aria-valuenow", String(this.share));
  }
}

const isLine = (target) => Boolean(target.classList?.contains("w-deck-split"));

function readShare() {
  try { return Number(localStorage.getItem(SPLIT)) || SHARE; } catch { return SHARE; }
}
