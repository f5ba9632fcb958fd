import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, inflateSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { colourIcon, outlineIcon, type Picture } from '../../manifest/icons'

const FOLDER = join(__dirname, '..', '..', 'manifest')

/** A PNG of eight bits, four colours and no filter, as any viewer reads it. */
function read(name: string): Picture {
  const file = readFileSync(join(FOLDER, name))
  expect(file.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  const data = new Map<string, Buffer>()
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at)
    const body = file.subarray(at + 4, at + 8 + length)
    expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(body))
    data.set(body.toString('ascii', 0, 4), body.subarray(4))
    at += 12 + length
  }
  expect([...data.keys()]).toEqual(['IHDR', 'IDAT', 'IEND'])
  const header = data.get('IHDR')!
  const side = header.readUInt32BE(0)
  expect([header.readUInt32BE(4), ...header.subarray(8)]).toEqual([side, 8, 6, 0, 0, 0])
  const rows = inflateSync(data.get('IDAT')!)
  expect(rows.length).toBe(side * (side * 4 + 1))
  const lines = Array.from({ length: side }, (_, row) => rows.subarray(row * (side * 4 + 1)).subarray(0, side * 4 + 1))
  expect(lines.every((line) => line[0] === 0)).toBe(true)
  return { side, pixels: Buffer.concat(lines.map((line) => line.subarray(1))) }
}

const pixelsOf = ({ pixels }: Picture) =>
  Array.from({ length: pixels.length / 4 }, (_, index) => [...pixels.subarray(index * 4, index * 4 + 4)])

test('the colour icon is 192 pixels wide and fills its square', () => {
  const icon = read('color.png')
  expect(icon.side).toBe(192)
  expect(pixelsOf(icon).every(([, , , alpha]) => alpha === 255)).toBe(true)
})

test('the outline icon is 32 pixels wide, white where anything is, and nothing elsewhere', () => {
  const icon = read('outline.png')
  expect(icon.side).toBe(32)
  const seen = pixelsOf(icon).filter(([, , , alpha]) => alpha! > 0)
  expect(seen.every(([red, green, blue]) => red === 255 && green === 255 && blue === 255)).toBe(true)
  const share = seen.length / 32 ** 2
  expect(share).toBeGreaterThan(0.15)
  expect(share).toBeLessThan(0.5)
})

test('both are what the drawing draws', () => {
  for (const [name, drawn] of [
    ['color.png', colourIcon()],
    ['outline.png', outlineIcon()],
  ] as const)
    expect([name, read(name).pixels.equals(drawn.pixels)]).toEqual([name, true])
})
