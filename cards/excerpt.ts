const ELLIPSIS = '…'

/** The beginning of a text that takes this many bytes of JSON at most, cut between characters as people see them. */
export function excerpt(text: string, bytes: number): string {
  if (sizeOf(text) <= bytes) return text
  let kept = ''
  let left = bytes - sizeOf(ELLIPSIS)
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= sizeOf(segment)
    if (left < 0) break
    kept += segment
  }
  return kept + ELLIPSIS
}

/** Without the quotation marks around it. */
const sizeOf = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2
