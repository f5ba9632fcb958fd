/** Whether a point belongs to a shape; the picture is 1 wide and 1 high, from the left and from the top. */
type Shape = (x: number, y: number) => boolean
type Colour = readonly [red: number, green: number, blue: number]

interface Layer {
  shape: Shape
  colour: Colour
}

/** A square picture: four bytes a pixel (red, green, blue, alpha), row by row. */
export interface Picture {
  side: number
  pixels: Buffer
}

const DEEP: Colour = [0x1f, 0x4e, 0x5f]
const PAPER: Colour = [0xf4, 0xe6, 0xc2]
const SHADE: Colour = [0xd9, 0xbf, 0x84]
const WHITE: Colour = [0xff, 0xff, 0xff]

/** A file with a key on it: 192 pixels wide, the whole square filled, as Teams asks of the colour icon. */
export function colourIcon(): Picture {
  return painted(192, [
    { shape: () => true, colour: DEEP },
    { shape: either(rounded(0.16, 0.24, 0.5, 0.5, 0.04), rounded(0.16, 0.3, 0.84, 0.6, 0.04)), colour: SHADE },
    { shape: rounded(0.16, 0.36, 0.84, 0.78, 0.04), colour: PAPER },
    { shape: key(0.57, 0.13, 0.06, 0.3), colour: DEEP },
  ])
}

/** The same in white lines on nothing: 32 pixels wide, as Teams asks of the outline icon. */
export function outlineIcon(): Picture {
  const line = 2 / 32
  const file = (by: number) =>
    either(
      rounded(line + by, 5 / 32 + by, 15 / 32 - by, 16 / 32, line - by / 2),
      rounded(line + by, 8 / 32 + by, 30 / 32 - by, 27 / 32 - by, line - by / 2),
    )
  const shape = either(without(file(0), file(line)), key(18 / 32, 4 / 32, line, 8 / 32))
  return painted(32, [{ shape, colour: WHITE }])
}

/** A key that lies on its side: a ring at the left, a shaft to the right, two teeth. */
function key(middle: number, ring: number, thick: number, left: number): Shape {
  const shaft = left + ring
  const right = 0.74
  return either(
    without(disc(left + ring / 2, middle, ring), disc(left + ring / 2, middle, ring - thick)),
    box(shaft + ring / 2 - thick, middle - thick / 2, right, middle + thick / 2),
    box(right - thick, middle, right, middle + ring * 0.85),
    box(right - 3 * thick, middle, right - 2 * thick, middle + ring * 0.65),
  )
}

const disc =
  (centreX: number, centreY: number, radius: number): Shape =>
  (x, y) =>
    (x - centreX) ** 2 + (y - centreY) ** 2 <= radius ** 2

const box =
  (left: number, top: number, right: number, bottom: number): Shape =>
  (x, y) =>
    x >= left && x <= right && y >= top && y <= bottom

function rounded(left: number, top: number, right: number, bottom: number, radius: number): Shape {
  const within = box(left, top, right, bottom)
  return (x, y) => {
    const nearestX = Math.min(Math.max(x, left + radius), right - radius)
    const nearestY = Math.min(Math.max(y, top + radius), bottom - radius)
    return within(x, y) && (x - nearestX) ** 2 + (y - nearestY) ** 2 <= radius ** 2
  }
}

const either =
  (...shapes: Shape[]): Shape =>
  (x, y) =>
    shapes.some((shape) => shape(x, y))

const without =
  (shape: Shape, hole: Shape): Shape =>
  (x, y) =>
    shape(x, y) && !hole(x, y)

/** Points looked at in each pixel, along a side: their share in a shape is how much of its colour the pixel takes. */
const POINTS = 4

/** Paints the layers one over another, each opaque, on nothing. */
function painted(side: number, layers: readonly Layer[]): Picture {
  const pixels = Buffer.alloc(side * side * 4)
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const seen = pointsOf(row, column, side).flatMap(([x, y]) => {
        const top = layers.findLast(({ shape }) => shape(x, y))
        return top ? [top.colour] : []
      })
      const mean = (part: 0 | 1 | 2) => Math.round(seen.reduce((sum, colour) => sum + colour[part], 0) / seen.length)
      if (seen.length === 0) continue
      const alpha = Math.round((255 * seen.length) / POINTS ** 2)
      pixels.set([mean(0), mean(1), mean(2), alpha], (row * side + column) * 4)
    }
  return { side, pixels }
}

const pointsOf = (row: number, column: number, side: number): [number, number][] =>
  Array.from({ length: POINTS ** 2 }, (_, index) => [
    (column + ((index % POINTS) + 0.5) / POINTS) / side,
    (row + (Math.floor(index / POINTS) + 0.5) / POINTS) / side,
  ])
