import { z } from 'zod'
import { type Button, buttons } from './button'
import type { Look } from './look'
import { cardTemplate, type Shell } from './render'

const contract = z.strictObject({
  heading: z.string().min(1),
  lines: z.array(z.strictObject({ text: z.string() })),
  actions: buttons,
})

const template = cardTemplate('notice', 'shell', contract)

/** Something to know, in a line or two, and where to go from there: settled cards, refusals, shells. */
export const notice = (
  look: Look,
  heading: string,
  lines: readonly string[] = [],
  actions: Button[] = [],
  summary?: string,
): Shell => template(look, { heading, lines: lines.map((text) => ({ text })), actions }, summary)
