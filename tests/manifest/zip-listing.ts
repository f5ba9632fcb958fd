import { crc32 } from 'node:zlib'

/**
 * What a zip file holds, read from its end as unpackers do. A checksum that is wrong, a compressed entry, and a directory
 * that disagrees with what stands before a file are errors.
 */
export function unzipped(file: Buffer): Map<string, Buffer> {
  const end = file.length - 22
  if (file.readUInt32LE(end) !== 0x06054b50) throw new Error('no end of a directory')
  const entries = new Map<string, Buffer>()
  let at = file.readUInt32LE(end + 16)
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = file.readUInt16LE(at + 28)
    const name = file.toString('ascii', at + 46, at + 46 + nameLength)
    const local = file.readUInt32LE(at + 42)
    if (file.readUInt32LE(at) !== 0x02014b50 || file.readUInt32LE(local) !== 0x04034b50) throw new Error('no entry')
    if (!file.subarray(at + 6, at + 30).equals(file.subarray(local + 4, local + 28))) throw new Error('two accounts')
    if (file.readUInt16LE(at + 10) !== 0) throw new Error('compressed')
    const data = file.subarray(local + 30 + nameLength).subarray(0, file.readUInt32LE(at + 24))
    if (crc32(data) !== file.readUInt32LE(at + 16)) throw new Error('wrong checksum')
    entries.set(name, data)
    at += 46 + nameLength
  }
  if (at !== end) throw new Error('a directory of another size')
  return entries
}
