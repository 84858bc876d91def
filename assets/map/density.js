// Where very many points lie: counted in bins of two pixels, softened, and coloured by the mean of what lies there.

const BIN = 2
const DIMMED = 0.1

// With a step, only every so many points count, each for as many: for pictures that are seen for a moment.
function densityPicture(points, runs, view, colours, scratch, step) {
  const wide = Math.max(1, Math.ceil(view.width / BIN))
  const high = Math.max(1, Math.ceil(view.height / BIN))
  const sums = prepared(scratch, wide * high * 4)
  addUp(points, runs, view, colours, sums, wide, high, step)
  soften(sums, scratch.other, wide)
  return { wide, high, pixels: toned(sums, scratch, wide, high) }
}

function prepared(scratch, size) {
  if (!scratch.sums || scratch.sums.length !== size) {
    scratch.sums = new Float32Array(size)
    scratch.other = new Float32Array(size)
    scratch.pixels = new Uint8ClampedArray(size)
  } else {
    scratch.sums.fill(0)
  }
  return scratch.sums
}

function addUp(points, runs, view, colours, sums, wide, high, step) {
  const { palette, codes, levels, faint } = colours
  const { x, y } = points
  const scale = view.k / BIN
  const dimmed = DIMMED * step
  const [left, top] = [view.width / 2 / BIN - view.x * scale, view.height / 2 / BIN + view.y * scale]
  for (const [from, to] of runs) {
    for (let at = from; at < to; at += step) {
      const column = (left + x[at] * scale) | 0
      const row = (top - y[at] * scale) | 0
      if (column < 0 || row < 0 || column >= wide || row >= high) continue
      const code = codes[at] * 4
      if (!palette[code + 3]) continue
      const bin = (row * wide + column) * 4
      if (levels && levels[at] < 2) {
        sums[bin] += dimmed * faint[0]
        sums[bin + 1] += dimmed * faint[1]
        sums[bin + 2] += dimmed * faint[2]
        sums[bin + 3] += dimmed
      } else {
        sums[bin] += step * palette[code]
        sums[bin + 1] += step * palette[code + 1]
        sums[bin + 2] += step * palette[code + 2]
        sums[bin + 3] += step
      }
    }
  }
}

// One to two to one, along rows and then along columns.
function soften(sums, other, wide) {
  const row = wide * 4
  for (let at = 4; at < sums.length - 4; at++) other[at] = (sums[at - 4] + 2 * sums[at] + sums[at + 4]) / 4
  for (let at = row; at < sums.length - row; at++) sums[at] = (other[at - row] + 2 * other[at] + other[at + row]) / 4
  sums.copyWithin(0, row, 2 * row)
  sums.copyWithin(sums.length - row, sums.length - 2 * row, sums.length - row)
}

// The logarithm of the count is the opacity: single points stay visible beside the densest bins.
function toned(sums, scratch, wide, high) {
  let most = 0
  for (let at = 3; at < sums.length; at += 4) if (sums[at] > most) most = sums[at]
  const scale = 1 / Math.log1p(Math.max(most * 0.55, 3))
  const pixels = scratch.pixels
  for (let at = 0; at < wide * high * 4; at += 4) {
    const count = sums[at + 3]
    if (count < 0.01) {
      pixels[at + 3] = 0
      continue
    }
    pixels[at] = sums[at] / count
    pixels[at + 1] = sums[at + 1] / count
    pixels[at + 2] = sums[at + 2] / count
    const strength = Math.min(1, Math.log1p(count) * scale)
    pixels[at + 3] = 255 * Math.min(0.96, 0.06 * Math.min(1, count * 4) + 0.9 * strength)
  }
  return pixels
}
