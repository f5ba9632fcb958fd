import { z } from 'zod'
import { button, buttons } from './button'
import type { Look } from './look'
import { cardTemplate, type Screen, type Shell } from './render'

const contract = z.strictObject({
  heading: z.string().min(1),
  intro: z.string(),
  groups: z.array(
    z.strictObject({
      title: z.string(),
      rows: z.array(z.strictObject({ title: z.string(), detail: z.string(), press: button })).max(60),
    }),
  ),
  actions: buttons,
  more: buttons,
})

export type ListData = z.infer<typeof contract>

const shell = cardTemplate('list', 'shell', contract)
const content = cardTemplate('list', 'content', contract)

/** Rows that open by being pressed. */
export const list = (look: Look, data: ListData, summary?: string): Shell => shell(look, data, summary)

/** The same with names on it, for the answer to a press. */
export const listWithNames = (look: Look, data: ListData): Screen<'content'> => content(look, data)
