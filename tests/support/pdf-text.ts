import { inflateSync } from 'node:zlib'

const STREAM = /<<((?:(?!stream)[\s\S])*?)>>\s*stream\n/g
const SHOWN = /\[((?:<[0-9a-f]*>|[-\d.\s])*)\] TJ/g
const WESTERN = new TextDecoder('windows-1252')

/** What stands on the pages of a PDF in the standard fonts, one piece a line and one text a page; and its other objects. */
export function readPdf(pdf: Buffer): { pages: string[]; objects: string } {
  const file = pdf.toString('latin1')
  const pages: string[] = []
  let objects = ''
  let read = 0
  for (const { 0: head, 1: dictionary = '', index } of file.matchAll(STREAM)) {
    if (index < read) continue
    const from = index + head.length
    objects += file.slice(read, from)
    read = from + Number(/\/Length (\d+)/.exec(dictionary)?.[1])
    const bytes = pdf.subarray(from, read)
    const content = (dictionary.includes('FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1')
    if (content.includes('BT')) pages.push([...content.matchAll(SHOWN)].map(([, shown]) => decoded(shown!)).join('\n'))
  }
  return { pages, objects: objects + file.slice(read) }
}

const decoded = (shown: string): string =>
  [...shown.matchAll(/<([0-9a-f]*)>/g)].map(([, hex]) => WESTERN.decode(Buffer.from(hex!, 'hex'))).join('')

/** The same without the spaces at which lines may be broken. */
export const unspaced = (text: string): string => text.replaceAll(/\s/g, '')
