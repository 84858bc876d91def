// Draws with WebGL2: single points as soft discs, or the picture of their density.

const POINT_VERTEX = `#version 300 es
in float x; in float y; in uint code; in uint level;
uniform vec2 centre; uniform vec2 scale; uniform float size; uniform float alpha; uniform uint wanted;
uniform vec4 faint; uniform sampler2D palette;
out vec4 tint;
void main() {
  vec4 own = texelFetch(palette, ivec2(int(code), 0), 0);
  bool bright = level == 2u;
  bool drawn = own.a > 0.0 && bright == (wanted == 2u);
  gl_Position = drawn ? vec4((x - centre.x) * scale.x, (y - centre.y) * scale.y, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = bright ? size : max(size * 0.75, 2.0);
  tint = bright ? vec4(own.rgb, alpha) : vec4(faint.rgb, level == 1u ? faint.a : faint.a * 0.5);
}`
const POINT_FRAGMENT = `#version 300 es
precision mediump float;
in vec4 tint; out vec4 pixel;
void main() {
  float far = length(gl_PointCoord - 0.5) * 2.0;
  float inside = (1.0 - smoothstep(0.68, 1.0, far)) * tint.a;
  pixel = vec4(tint.rgb * inside, inside);
}`
const PICTURE_VERTEX = `#version 300 es
out vec2 at;
void main() {
  at = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  gl_Position = vec4(at * 2.0 - 1.0, 0.0, 1.0);
}`
const PICTURE_FRAGMENT = `#version 300 es
precision mediump float;
in vec2 at; uniform sampler2D picture; out vec4 pixel;
void main() {
  vec4 own = texture(picture, vec2(at.x, 1.0 - at.y));
  pixel = vec4(own.rgb * own.a, own.a);
}`

// null where the browser has no WebGL2.
function glPainter(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true })
  if (!gl) return null
  const dots = program(gl, POINT_VERTEX, POINT_FRAGMENT)
  const sheet = program(gl, PICTURE_VERTEX, PICTURE_FRAGMENT)
  if (!dots || !sheet) return null
  const buffers = { x: gl.createBuffer(), y: gl.createBuffer(), code: gl.createBuffer(), level: gl.createBuffer() }
  const array = gl.createVertexArray()
  const empty = gl.createVertexArray()
  const textures = { palette: texture(gl, gl.NEAREST), picture: texture(gl, gl.LINEAR) }
  gl.enable(gl.BLEND)
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)

  function fill(name, values, type) {
    gl.bindVertexArray(array)
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name])
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW)
    const place = gl.getAttribLocation(dots, name)
    gl.enableVertexAttribArray(place)
    if (type === gl.FLOAT) gl.vertexAttribPointer(place, 1, type, false, 0, 0)
    else gl.vertexAttribIPointer(place, 1, type, 0, 0)
  }

  function clear() {
    gl.viewport(0, 0, canvas.width, canvas.height)
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
  }

  function uniform(name) {
    return gl.getUniformLocation(dots, name)
  }

  return {
    name: "webgl2",
    place(points) {
      fill("x", points.x, gl.FLOAT)
      fill("y", points.y, gl.FLOAT)
    },
    colour({ palette, codes, levels }, count) {
      if (this.codes !== codes) fill("code", (this.codes = codes), gl.UNSIGNED_BYTE)
      if (this.levels !== levels || this.count !== count) {
        this.levels = levels
        fill("level", levels || new Uint8Array(count).fill(2), gl.UNSIGNED_BYTE)
      }
      this.count = count
      gl.bindTexture(gl.TEXTURE_2D, textures.palette)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, CODES, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, palette)
    },
    points(points, runs, view, colours, size, alpha) {
      clear()
      gl.useProgram(dots)
      gl.bindVertexArray(array)
      gl.activeTexture(gl.TEXTURE0)
      gl.bindTexture(gl.TEXTURE_2D, textures.palette)
      gl.uniform2f(uniform("centre"), view.x, view.y)
      gl.uniform2f(uniform("scale"), (2 * view.k) / view.width, (2 * view.k) / view.height)
      gl.uniform1f(uniform("size"), size * view.ratio)
      gl.uniform1f(uniform("alpha"), alpha)
      gl.uniform4f(uniform("faint"), ...colours.faint.map((value) => value / 255), 0.5)
      for (const wanted of colours.levels ? [1, 2] : [2]) {
        gl.uniform1ui(uniform("wanted"), wanted)
        for (const [from, to] of runs) gl.drawArrays(gl.POINTS, from, to - from)
      }
    },
    density(picture) {
      clear()
      gl.useProgram(sheet)
      gl.bindVertexArray(empty)
      gl.bindTexture(gl.TEXTURE_2D, textures.picture)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, picture.wide, picture.high, 0, gl.RGBA, gl.UNSIGNED_BYTE,
        new Uint8Array(picture.pixels.buffer))
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
    },
    finish() {
      gl.finish()
    },
    close() {
      gl.getExtension("WEBGL_lose_context")?.loseContext()
    },
  }
}

function program(gl, vertex, fragment) {
  const made = gl.createProgram()
  for (const [type, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(type)
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(made, shader)
  }
  gl.linkProgram(made)
  return gl.getProgramParameter(made, gl.LINK_STATUS) ? made : null
}

function texture(gl, filter) {
  const made = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, made)
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, filter)
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE)
  return made
}
