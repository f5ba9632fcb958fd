import PDFDocument from 'pdfkit'
import type { Block } from './dossier-parts'
import { printable } from './letters'

/** Everything that stands on a print, in words. */
export interface Print {
  title: string
  /** What lies across every page, and below it who printed it. */
  watermark: string
  printed: string
  /** Stands on top of every page. */
  head: string
  page(page: number, pages: number): string
  blocks: readonly Block[]
  printedAt: Date
}

type Page = PDFKit.PDFDocument

const MARGIN = 56
const FOOT = 28
const [PLAIN, BOLD] = ['Helvetica', 'Helvetica-Bold']
const [INK, QUIET] = ['#000000', '#555555']

/** How each kind of line is set; `room` is how much of a page it takes to begin there, so that no heading stands alone. */
const SET = {
  title: { font: BOLD, size: 16, before: 0, room: 0 },
  part: { font: BOLD, size: 13, before: 16, room: 90 },
  entry: { font: BOLD, size: 10.5, before: 8, room: 54 },
  label: { font: PLAIN, size: 9.5, before: 4, room: 40 },
  fact: { font: PLAIN, size: 10.5, before: 2, room: 0 },
  text: { font: PLAIN, size: 10.5, before: 1, room: 0 },
} as const satisfies Record<Block['as'], object>

/**
 * Sets a print on as many A4 pages as it takes, each with its watermark, number and head.
 *
 * @param compress false leaves the pages readable to a test
 */
export async function drawPrint(print: Print, compress = true): Promise<Buffer> {
  const paper: Page = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + FOOT },
    bufferPages: true,
    compress,
    lang: 'en-GB',
    displayTitle: true,
    info: { Title: print.title, Creator: 'Casekeeper', Producer: 'Casekeeper', CreationDate: print.printedAt },
  })
  const bytes = gathered(paper)
  for (const block of print.blocks) {
    set(paper, block)
    await othersTurn()
  }
  const { count } = paper.bufferedPageRange()
  for (let page = 0; page < count; page++) {
    paper.switchToPage(page)
    frame(paper, print, print.page(page + 1, count))
  }
  paper.end()
  return bytes
}

/** A long print takes a second or two; nobody else's press waits that long for it. */
const othersTurn = () => new Promise((resolve) => setImmediate(resolve))

function gathered(paper: Page): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    paper.on('data', (chunk: Buffer) => chunks.push(chunk))
    paper.on('end', () => resolve(Buffer.concat(chunks)))
    paper.on('error', reject)
  })
}

function set(paper: Page, { as, text }: Block): void {
  const { font, size, before, room } = SET[as]
  const top = paper.page.margins.top
  if (paper.y > top) paper.y += before
  if (paper.y + room > paper.page.height - paper.page.margins.bottom) paper.addPage()
  const indent = as === 'text' ? 12 : 0
  const width = paper.page.width - 2 * MARGIN - indent
  paper
    .font(font)
    .fontSize(size)
    .fillColor(as === 'label' ? QUIET : INK)
  paper.text(printable(text), MARGIN + indent, paper.y, { width, lineGap: 2 })
}

/** What every page has: drawn last, because only then it is known how many there are. */
function frame(paper: Page, { head, printed, watermark }: Print, number: string): void {
  const { width, height } = paper.page
  // Otherwise a line below the margin would begin a page of its own.
  Object.assign(paper.page.margins, { top: 0, bottom: 0 })
  const inside = width - 2 * MARGIN
  line(paper, head, { size: 8.5, x: MARGIN, y: MARGIN / 2, width: inside })
  line(paper, printed, { size: 8.5, x: MARGIN, y: height - MARGIN, width: inside - 50 })
  line(paper, number, { size: 8.5, x: width - MARGIN - 40, y: height - MARGIN, width: 40 })
  paper.save()
  paper.rotate(-52, { origin: [width / 2, height / 2] }).fillOpacity(0.12)
  const across = height * 0.9
  const x = (width - across) / 2
  line(paper, watermark, { size: 84, x, y: height / 2 - 70, width: across, middle: true })
  line(paper, printed, { size: 15, x, y: height / 2 + 20, width: across, middle: true })
  paper.restore()
}

interface Line {
  size: number
  x: number
  y: number
  width: number
  middle?: boolean
}

/** One line, never longer than its place: a long name makes it smaller. */
function line(paper: Page, text: string, { size, x, y, width, middle = false }: Line): void {
  const shown = printable(text)
  paper.font(PLAIN).fontSize(size).fillColor(QUIET)
  const wide = paper.widthOfString(shown)
  paper.fontSize(size * Math.min(1, width / wide))
  const left = middle ? x + (width - paper.widthOfString(shown)) / 2 : x
  paper.text(shown, left, y, { lineBreak: false })
}
