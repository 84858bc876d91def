/* A picture that can be looked into: the wheel zooms, a drag moves, and what is drawn over the picture moves along.
   A place {k, x, y} says where the picture stands in its frame: `k` pixels of the screen for one of the picture. */
const MOST_ZOOM = 16, MOST_ENLARGED = 4, LONG = 2.5, STEP = 1.3;

/* The whole picture, in the middle of the frame; a small one is enlarged, but not beyond recognition. */
function fitted(picture, frame) {
  const k = Math.min(frame.width / picture.width, frame.height / picture.height, MOST_ENLARGED);
  return bounded({ k, x: 0, y: 0 }, picture, frame);
}

/* How a picture is shown first: whole, but a long page from its top and a panorama from its left, so that they can be read. */
function opening(picture, frame) {
  const longer = (picture.height / picture.width) / (frame.height / frame.width);
  if (longer > LONG) return bounded({ k: frame.width / picture.width, x: 0, y: 0 }, picture, frame);
  if (longer < 1 / LONG) return bounded({ k: frame.height / picture.height, x: 0, y: 0 }, picture, frame);
  return fitted(picture, frame);
}

/* Another scale about the point (x, y) of the frame, which stays where it is. */
function zoomedAt(place, k, x, y, picture, frame) {
  const least = Math.min(fitted(picture, frame).k, 1), scale = Math.max(least, Math.min(k, Math.max(MOST_ZOOM, least)));
  const along = (at, from) => at - ((at - from) * scale) / place.k;
  return bounded({ k: scale, x: along(x, place.x), y: along(y, place.y) }, picture, frame);
}

/* The place with no empty room on a side where the picture could fill it. */
function bounded({ k, x, y }, picture, frame) {
  const within = (at, room, size) => (size <= room ? (room - size) / 2 : Math.max(room - size, Math.min(0, at)));
  return { k, x: within(x, frame.width, picture.width * k), y: within(y, frame.height, picture.height * k) };
}

class Zoom {
  /* `layer` lies in `pane` and holds the image and what is drawn over it; it has the picture's own size. */
  constructor(pane, layer, image) {
    this.pane = pane;
    this.layer = layer;
    this.image = image;
    this.isOpening = true;
    /** @type {(k: number) => void} */
    this.onplaced = () => {};
    image.draggable = layer.draggable = false;  // else the browser drags the link, and no move is heard
    if (!image.complete || !image.naturalWidth) image.addEventListener("load", () => this.open());
    pane.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    pane.addEventListener("pointerdown", (event) => this.grab(event));
    pane.addEventListener("dblclick", (event) => this.toggle(...this.at(event)));
    this.watcher = new ResizeObserver(() => { if (this.isOpening) this.open(); else this.put(bounded(this.place, this.size, this.frame)); });
    this.watcher.observe(pane);
    this.open();
  }

  get size() {
    const { naturalWidth, naturalHeight, width, height } = this.image;
    return naturalWidth ? { width: naturalWidth, height: naturalHeight } : { width: Number(this.image.dataset.width) || width || 1, height: Number(this.image.dataset.height) || height || 1 };
  }

  get frame() {
    return { width: this.pane.clientWidth || 1, height: this.pane.clientHeight || 1 };
  }

  open() {
    this.isOpening = true;
    this.put(opening(this.size, this.frame));
  }

  put(place) {
    this.place = place;
    this.layer.style.width = `${this.size.width}px`;
    this.layer.style.height = `${this.size.height}px`;
    this.layer.style.transform = `translate(${place.x}px, ${place.y}px) scale(${place.k})`;
    this.layer.style.setProperty("--w-unscaled", String(1 / place.k));
    this.onplaced(place.k);
  }

  /* Without a point, about the middle. */
  zoom(k, x = this.frame.width / 2, y = this.frame.height / 2) {
    this.isOpening = false;
    this.put(zoomedAt(this.place, k, x, y, this.size, this.frame));
  }

  closer() { this.zoom(this.place.k * STEP); }

  farther() { this.zoom(this.place.k / STEP); }

  fit() {
    this.isOpening = false;
    this.put(fitted(this.size, this.frame));
  }

  /* Pixel by pixel, or back to how it was shown first. */
  toggle(x = this.frame.width / 2, y = this.frame.height / 2) {
    if (this.isOpening) this.zoom(1, x, y); else this.open();
  }

  /* A picture that is all there leaves the wheel to the page. */
  wheel(event) {
    const k = this.place.k * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), before = this.place.k;
    this.zoom(k, ...this.at(event));
    if (this.place.k !== before) event.preventDefault();
  }

  grab(down) {
    if (down.button || down.target.closest("button")) return;
    const from = this.place, layer = this.layer;
    let isMoved = false;
    const move = (event) => {
      const x = event.clientX - down.clientX, y = event.clientY - down.clientY;
      isMoved ||= Math.hypot(x, y) > 3;
      if (!isMoved) return;
      layer.setPointerCapture(down.pointerId);
      this.isOpening = false;
      this.put(bounded({ k: from.k, x: from.x + x, y: from.y + y }, this.size, this.frame));
    };
    const end = () => {
      this.pane.removeEventListener("pointermove", move);
      for (const kind of ["pointerup", "pointercancel"]) this.pane.removeEventListener(kind, end);
    };
    this.pane.addEventListener("pointermove", move);
    for (const kind of ["pointerup", "pointercancel"]) this.pane.addEventListener(kind, end);
  }

  /** @returns {[number, number]} */
  at(event) {
    const box = this.pane.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  stop() {
    this.watcher.disconnect();
  }
}
