import { z } from 'zod'

/** A button as templates take it: pressed, it comes back as its verb with its data. */
export const button = z.strictObject({
  type: z.literal('Action.Execute'),
  title: z.string().min(1),
  verb: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  style: z.enum(['default', 'positive', 'destructive']).optional(),
  associatedInputs: z.enum(['auto', 'none']),
  fallback: z.record(z.string(), z.unknown()),
})

export type Button = z.infer<typeof button>
export type ButtonData = Button['data']

/** Teams shows no more than six actions, and a card has one thing to do. */
export const buttons = z.array(button).max(6)

interface ButtonOptions {
  primary?: boolean
  /** Whether what is typed on the card comes along. */
  inputs?: boolean
}

/** Makes a button. An old client that cannot press it sends the same by submitting. */
export function makeButton(title: string, verb: string, data: ButtonData = {}, options: ButtonOptions = {}): Button {
  const associatedInputs = options.inputs ? 'auto' : 'none'
  return {
    type: 'Action.Execute',
    title,
    verb,
    data,
    ...(options.primary ? { style: 'positive' as const } : {}),
    associatedInputs,
    fallback: { type: 'Action.Submit', title, data: { ...data, verb }, associatedInputs },
  }
}
