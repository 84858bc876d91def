// What lies over the points: the area that is being drawn or stands, the point under the pointer, the open sample.

function drawOverlay(canvas, view, state, theme) {
  const context = canvas.getContext("2d")
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0)
  context.clearRect(0, 0, view.width, view.height)
  if (state.area) outline(context, state.area.map(([x, y]) => [sx(view, x), sy(view, y)]), theme, 0.07)
  if (state.draft) outline(context, state.draft, theme, 0.12)
  for (const [at, radius, width] of [[state.hovered, 7, 1.5], [state.opened, 10, 2.5]]) {
    if (at >= 0) ring(context, sx(view, state.points.x[at]), sy(view, state.points.y[at]), radius, width, theme)
  }
}

function outline(context, corners, theme, strength) {
  context.beginPath()
  corners.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)))
  context.closePath()
  context.fillStyle = css(theme.primary, strength)
  context.fill()
  context.strokeStyle = css(theme.primary, 0.9)
  context.lineWidth = 1.5
  context.setLineDash([5, 4])
  context.stroke()
  context.setLineDash([])
}

function ring(context, x, y, radius, width, theme) {
  for (const [colour, more] of [[theme.background, 2.5], [theme.text, 0]]) {
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.strokeStyle = css(colour, 0.9)
    context.lineWidth = width + more
    context.stroke()
  }
}
