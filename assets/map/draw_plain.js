// Draws on an ordinary canvas where there is no WebGL2: a draw of the points, or the picture of their density.

const PLAIN_MOST = 20_000

function plainPainter(canvas) {
  const context = canvas.getContext("2d")
  const sheet = document.createElement("canvas")
  return {
    name: "plain",
    place() {},
    colour() {},
    points(points, runs, view, colours, size, alpha) {
      context.setTransform(1, 0, 0, 1, 0, 0)
      context.clearRect(0, 0, canvas.width, canvas.height)
      context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0)
      const visible = runs.reduce((sum, [from, to]) => sum + to - from, 0)
      const step = Math.max(1, Math.ceil(visible / PLAIN_MOST))
      for (const bright of [false, true]) {
        context.globalAlpha = bright ? alpha : 0.5
        for (const [from, to] of runs) {
          for (let at = from; at < to; at += step) plainDot(context, points, at, view, colours, size, bright)
        }
      }
    },
    density(picture) {
      sheet.width = picture.wide
      sheet.height = picture.high
      sheet.getContext("2d").putImageData(new ImageData(picture.pixels, picture.wide, picture.high), 0, 0)
      context.setTransform(1, 0, 0, 1, 0, 0)
      context.globalAlpha = 1
      context.clearRect(0, 0, canvas.width, canvas.height)
      context.drawImage(sheet, 0, 0, canvas.width, canvas.height)
    },
    finish() {},
    close() {},
  }
}

function plainDot(context, points, at, view, colours, size, bright) {
  const code = colours.codes[at] * 4
  const inside = !colours.levels || colours.levels[at] === 2
  if (inside !== bright || !colours.palette[code + 3]) return
  context.fillStyle = css(bright ? colours.palette.subarray(code, code + 3) : colours.faint)
  context.fillRect(sx(view, points.x[at]) - size / 2, sy(view, points.y[at]) - size / 2, size, size)
}
