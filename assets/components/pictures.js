/* The pictures of a sample: one of them large, to look into, and the others in a strip below it. */
class Pictures {
  constructor() {
    this.stop();
  }

  stop() {
    this.zoom?.stop();
    this.zoom = null;
    this.figures = [];
    this.shown = 0;
  }

  /* `box` holds a figure for each picture; null where a sample has none. */
  show(box) {
    this.stop();
    this.figures = box ? [...box.querySelectorAll("figure")] : [];
    if (!this.figures.length) return;
    if (this.figures.length > 1) box.append(this.strip());
    this.turnTo(0);
  }

  strip() {
    const strip = with_(node("div", "w-deck-strip"), { role: "group", "aria-label": "Pictures of this sample" });
    this.buttons = this.figures.map((figure, place) => {
      const button = with_(node("button", "w-deck-thumb"), { "aria-label": `Picture ${place + 1}`, title: figure.querySelector("figcaption")?.textContent });
      const thumb = figure.querySelector("img")?.dataset.thumb;
      button.append(thumb ? with_(node("img"), { src: thumb, alt: "" }) : "none", node("span", "", String(place + 1)));
      button.onclick = (event) => { this.turnTo(place); if (event.detail) button.blur(); };
      return button;
    });
    strip.append(...this.buttons);
    return strip;
  }

  turnTo(place) {
    this.zoom?.stop();
    this.zoom = null;
    this.shown = place;
    for (const [at, figure] of this.figures.entries()) figure.hidden = at !== place;
    if (this.figures.length > 1) for (const [at, button] of this.buttons.entries()) button.setAttribute("aria-pressed", String(at === place));
    const figure = this.figures[place], layer = figure.querySelector(".w-picture");
    if (layer) this.zoom = this.pane(figure, layer);
  }

  pane(figure, layer) {
    let pane = figure.querySelector(".w-deck-pane");
    pane?.querySelector(".w-deck-zoom")?.remove();
    if (!pane) {
      pane = node("div", "w-deck-pane");
      figure.prepend(pane);
      pane.append(layer);
      layer.onclick = (event) => { if (event.detail && !event.ctrlKey && !event.metaKey) event.preventDefault(); };
    }
    const zoom = new Zoom(pane, layer, layer.querySelector("img"));
    pane.append(this.tools(zoom, pane));
    return zoom;
  }

  tools(zoom, pane) {
    const scale = node("span", "w-deck-scale");
    const tell = (k) => { scale.textContent = `${Math.round(100 * k)} %`; };
    zoom.onplaced = tell;
    tell(zoom.place.k);
    const button = (label, title, run) => {
      const made = with_(node("button", "w-act", label), { title, "aria-label": title });
      made.onclick = (event) => { run(); if (event.detail) made.blur(); };
      return made;
    };
    return node("div", "w-deck-zoom",
      button("−", "Zoom out (-)", () => zoom.farther()), scale, button("+", "Zoom in (+)", () => zoom.closer()),
      button("Fit", "All of the picture (0)", () => zoom.fit()),
      button("100 %", "Pixel by pixel, and back (Z)", () => zoom.toggle()),
      button("Full screen", "Full screen, and back (F)", () => fullScreen(pane)));
  }

  /* True when the key was one of the picture's. */
  key(key) {
    if (key === "i" && this.figures.length > 1) this.turnTo((this.shown + 1) % this.figures.length);
    else if (!this.zoom) return false;
    else if (key === "z") this.zoom.toggle();
    else if (key === "f") fullScreen(this.zoom.pane);
    else if (key === "+" || key === "=") this.zoom.closer();
    else if (key === "-") this.zoom.farther();
    else if (key === "0") this.zoom.fit();
    else return false;
    return true;
  }
}

function fullScreen(pane) {
  if (document.fullscreenElement) document.exitFullscreen();
  else pane.requestFullscreen?.();
}
