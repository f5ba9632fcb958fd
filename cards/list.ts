import { z } from 'zod'
import { type Button, button, buttons } from './button'
import { literal } from './literal'
import type { Look } from './look'
import { cardTemplate, MAX_BYTES, type Screen, type Shell } from './render'

const contract = z.strictObject({
  heading: z.string().min(1),
  intro: z.string(),
  groups: z.array(
    z.strictObject({
      title: z.string(),
      rows: z.array(z.strictObject({ title: z.string(), detail: z.string(), press: button })),
    }),
  ),
  /** Says how many rows did not fit. */
  rest: z.string(),
  actions: buttons,
  more: buttons,
})

type Data = z.infer<typeof contract>
export type ListData = Omit<Data, 'rest'>

const shell = cardTemplate('list', 'shell', contract)
const content = cardTemplate('list', 'content', contract)

/** Rows that open by being pressed. As many as one card carries, from the first on; the rest is counted. */
export const list = (look: Look, data: ListData, summary?: string, anew?: Button): Shell =>
  shell(look, fitted(look, data), summary, anew)

/** The same with names on it, for the answer to a press. */
export const listWithNames = (look: Look, data: ListData): Screen<'content'> => content(look, fitted(look, data))

/** What the template adds, in bytes: to the card, to each group, to each row. */
const FRAME = 1_500
const GROUP = 150
const ROW = 180

function fitted(look: Look, data: ListData): Data {
  const { groups, ...frame } = data
  let left = MAX_BYTES - FRAME - sizeOf([frame, asShown(frame.intro)])
  let dropped = 0
  const kept = groups.map(({ title, rows }) => {
    left -= GROUP + sizeOf(asShown(title))
    const fitting = rows.filter((row) => {
      left -= ROW + sizeOf([row.press, asShown(row.title), asShown(row.detail)])
      return left > 0
    })
    dropped += rows.length - fitting.length
    return { title, rows: fitting }
  })
  const shown = dropped === 0 ? kept : kept.filter(({ rows }) => rows.length > 0)
  return { ...frame, groups: shown, rest: dropped === 0 ? '' : look.say('list.rest', { count: dropped }) }
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** A text as it stands on the card, where what could be read as markdown takes more room. */
const asShown = (text: string): unknown => literal({ type: 'TextBlock', text })
