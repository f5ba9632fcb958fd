import { z } from 'zod'
import type { Dossier } from '../services/breach/dossier.types'
import { showReference } from '../services/platform/ids'
import { buttons, makeButton } from './button'
import { drawPrint } from './dossier-page'
import { type Block, dossierBlocks } from './dossier-parts'
import { hasCodes, printable } from './letters'
import type { Look } from './look'
import { cardTemplate, type Screen } from './render'

const contract = z.strictObject({
  heading: z.string(),
  lines: z.array(z.strictObject({ text: z.string() })),
  open: z.string(),
  url: z.url({ protocol: /^https?$/ }),
  actions: buttons,
})

/** A letter that has no shape on the print, so that it stands there as it means to explain. */
const CODED = 'Ł'

const template = cardTemplate('dossier', 'content', contract)

/** The link to a print, for the answer to a press and nothing else: whoever has it has the dossier. */
export function dossierLink(
  look: Look,
  { breachId, reference, minutes, url }: { breachId: string; reference: string; minutes: number; url: string },
): Screen<'content'> {
  return template(look, {
    heading: look.say('print.heading', { reference: showReference(reference) }),
    lines: [look.say('print.once', { minutes }), look.say('print.again')].map((text) => ({ text })),
    open: look.say('button.open-dossier'),
    url,
    actions: [
      makeButton(look.say('button.open-request'), 'breach.open', { breachId }),
      makeButton(look.say('button.put-away'), 'breach.put-away', { breachId }),
    ],
  })
}

/**
 * The dossier of a request as PDF (R9), made in memory and kept nowhere. Its title is the reference: nothing that a file
 * manager or a printer's queue shows names the client.
 */
export function dossierPdf(look: Look, dossier: Dossier, { compress = true } = {}): Promise<Buffer> {
  const { printedAt, printedBy } = dossier
  const reference = showReference(dossier.reference)
  const blocks = dossierBlocks(look, dossier).map(plain)
  const printed = look.say('dossier.printed', { reference, name: printedBy, when: look.when(printedAt) })
  const coded = [...blocks.map(({ text }) => text), printed].some((text) => hasCodes(printable(text)))
  const note: Block = { as: 'fact', text: look.say('dossier.letters', { example: CODED }) }
  const [title, ...rest] = blocks
  return drawPrint(
    {
      title: reference,
      watermark: look.say('dossier.confidential'),
      printed: unturned(printed),
      head: look.sampleData ? look.say('banner') : look.say('dossier.confidential'),
      page: (page, pages) => look.say('dossier.page', { page, pages }),
      blocks: [title!, ...(coded ? [note] : []), ...rest],
      printedAt,
    },
    compress,
  )
}

/** Words keep an Arabic name from turning the line around it; on paper it stands as numbers, which turn nothing. */
const unturned = (text: string): string => text.replaceAll(/[\u2068\u2069]/g, '')

/** What was stated is printed as it was typed. */
const plain = ({ as, text }: Block): Block => ({ as, text: as === 'text' ? text : unturned(text) })

/** The name under which a browser keeps it. */
export const dossierFile = ({ reference }: Pick<Dossier, 'reference'>): string =>
  `dossier-${showReference(reference)}.pdf`
