import { z } from 'zod'
import { buttons } from './button'
import { excerpt } from './excerpt'
import type { Look } from './look'
import { cardTemplate, type Screen, type Shell } from './render'

/** Control characters and halves of characters cannot be seen or meant, and take six bytes each. */
const UNSEEN = /(?![\n\r\t])[\p{Cc}\p{Cs}]/gu

/** As much of what was typed as a card carries: more than any field may hold. */
const TYPED_BYTES = 24_000

const typed = z.string().overwrite((text) => excerpt(text.replaceAll(UNSEEN, ''), TYPED_BYTES))
const shared = { id: z.string(), label: z.string().min(1), value: typed }
const field = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), ...shared, max: z.int().positive() }),
  z.strictObject({ kind: z.literal('lines'), ...shared, max: z.int().positive() }),
  z.strictObject({ kind: z.literal('date'), ...shared }),
  z.strictObject({ kind: z.literal('tick'), ...shared }),
  z.strictObject({
    kind: z.literal('choice'),
    ...shared,
    style: z.enum(['compact', 'expanded']),
    choices: z.array(z.strictObject({ title: z.string(), value: z.string() })).min(1),
  }),
])

export type Field = z.infer<typeof field>

const contract = z.strictObject({
  heading: z.string().min(1),
  progress: z.string().default(''),
  /** Words to say aloud, in larger type. */
  spoken: z.string().default(''),
  /** Somebody's own words, to be read before answering. */
  quoted: z.string().default(''),
  hint: z.string().default(''),
  problems: z.array(z.strictObject({ text: z.string() })).default([]),
  fields: z.array(field).max(7),
  actions: buttons,
})

export type FormData = z.input<typeof contract>

const shell = cardTemplate('form', 'shell', contract)
const content = cardTemplate('form', 'content', contract)

/** A question that shows nothing anybody typed yet, so it may be posted. */
export const emptyForm = (look: Look, data: FormData): Shell => shell(look, data)

/** A question in the answer to a press; it may show what was typed. */
export const form = (look: Look, data: FormData): Screen<'content'> => content(look, data)
