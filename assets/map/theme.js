// Colours: what the theme says, and one colour per code of the present colouring.

const CODES = 256
const MISSING = 255
const CATEGORIES = {
  light: ["#2f7fc1", "#e07b39", "#2f9e6b", "#b5489a", "#c9a227", "#6a5acd", "#d64550", "#1a9aa0", "#8a6d3b", "#7aa52d",
    "#e377a8", "#4b6584"],
  dark: ["#6db3f2", "#f2a267", "#5fd09c", "#e28bd0", "#efcf5e", "#a397ff", "#ff7f87", "#57d3d8", "#cdaa75", "#b3dd68",
    "#ffa8cd", "#9db4cf"],
}
const RAMPS = {
  light: ["#e2b544", "#e08a4b", "#cf5a68", "#94408f", "#3d2a78"],
  dark: ["#5a55cf", "#3f8fd6", "#35bfa8", "#a5df7c", "#fff0a8"],
}
const TONES = { good: ["#2f9e6b", "#5fd09c"], bad: ["#d64535", "#ff8274"], warn: ["#d28a1c", "#efbd5e"] }

function readTheme(element) {
  const style = getComputedStyle(element)
  const colour = (name, other) => rgb(style.getPropertyValue(name).trim() || other)
  const background = colour("--st-background-color", "#ffffff")
  const text = colour("--st-text-color", "#1d2624")
  const dark = 0.299 * background[0] + 0.587 * background[1] + 0.114 * background[2] < 128
  return {
    background, text, dark,
    primary: colour("--st-primary-color", "#0f766e"),
    faint: mix(background, text, dark ? 0.26 : 0.2),
    missing: mix(background, text, dark ? 0.42 : 0.36),
    font: style.getPropertyValue("--st-font").trim() || "sans-serif",
  }
}

function rgb(text) {
  const found = /^#([0-9a-f]{6})/i.exec(text)
  if (found) return [0, 2, 4].map((at) => parseInt(found[1].slice(at, at + 2), 16))
  const numbers = (text.match(/[\d.]+/g) || []).slice(0, 3).map(Number)
  return numbers.length === 3 ? numbers : [128, 128, 128]
}

function mix(one, two, share) {
  return one.map((value, at) => Math.round(value + (two[at] - value) * share))
}

function css(colour, alpha = 1) {
  return `rgb(${colour[0]} ${colour[1]} ${colour[2]} / ${alpha})`
}

function categoryColour(place, theme) {
  const known = CATEGORIES[theme.dark ? "dark" : "light"]
  if (place < known.length) return rgb(known[place])
  const hue = (place * 137.508) % 360
  return hsl(hue, theme.dark ? 0.62 : 0.5, (theme.dark ? 0.66 : 0.47) + 0.06 * ((place % 3) - 1))
}

function hsl(hue, saturation, lightness) {
  const reach = saturation * Math.min(lightness, 1 - lightness)
  const at = (n) => {
    const k = (n + hue / 30) % 12
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return [at(0), at(8), at(4)]
}

function rampColour(share, theme) {
  const stops = RAMPS[theme.dark ? "dark" : "light"].map(rgb)
  const place = Math.max(0, Math.min(share, 1)) * (stops.length - 1)
  const low = Math.min(Math.floor(place), stops.length - 2)
  return mix(stops[low], stops[low + 1], place - low)
}

function entryColour(entry, theme) {
  if (entry.tone === "none") return theme.missing
  if (TONES[entry.tone]) return rgb(TONES[entry.tone][theme.dark ? 1 : 0])
  return categoryColour(entry.code, theme)
}

// RGBA per code; alpha 0 for a code that the legend hides.
function paletteOf(legend, theme, hidden) {
  const table = new Uint8Array(CODES * 4)
  const put = (code, colour) => table.set([...colour, hidden.has(code) ? 0 : 255], code * 4)
  for (let code = 0; code < CODES; code++) {
    put(code, legend.kind === "scale" ? rampColour(code / (CODES - 2), theme) : categoryColour(code, theme))
  }
  put(MISSING, theme.missing)
  for (const entry of legend.entries || []) put(entry.code, entryColour(entry, theme))
  return table
}
