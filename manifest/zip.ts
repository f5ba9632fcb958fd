import { crc32 } from 'node:zlib'

export interface ZipEntry {
  /** ASCII, without a folder. */
  name: string
  data: Buffer
}

const LOCAL_HEADER = 0x04034b50
const DIRECTORY_HEADER = 0x02014b50
const END_OF_DIRECTORY = 0x06054b50
const VERSION = 20
/** 1 January 1980, the first day that the format knows: the same files make the same bytes on any day. */
const DATE = 0x21

/**
 * A zip file of these entries, in this order. Nothing is compressed: icons are compressed already, and what a compressor
 * makes differs between versions of Node. Source: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data } of entries) {
    const title = Buffer.from(name, 'ascii')
    // No flags, stored, midnight, its date; checksum and sizes; no extra field.
    const about = Buffer.concat([
      shorts(VERSION, 0, 0, 0, DATE),
      longs(crc32(data), data.length, data.length),
      shorts(title.length, 0),
    ])
    const file = Buffer.concat([longs(LOCAL_HEADER), about, title, data])
    // No comment, first disk, no attributes.
    const rest = Buffer.concat([shorts(0, 0, 0), longs(0, offset)])
    directory.push(longs(DIRECTORY_HEADER), shorts(VERSION), about, rest, title)
    files.push(file)
    offset += file.length
  }
  const central = Buffer.concat(directory)
  const { length } = entries
  const end = [longs(END_OF_DIRECTORY), shorts(0, 0, length, length), longs(central.length, offset), shorts(0)]
  return Buffer.concat([...files, central, ...end])
}

const shorts = (...values: number[]): Buffer => littleEndian(2, values)
const longs = (...values: number[]): Buffer => littleEndian(4, values)

function littleEndian(bytes: number, values: readonly number[]): Buffer {
  const written = Buffer.alloc(bytes * values.length)
  for (const [index, value] of values.entries()) written.writeUIntLE(value, index * bytes, bytes)
  return written
}
