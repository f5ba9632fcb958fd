import { z } from 'zod'
import { consentKind, consentState } from '../consent/consent.policy'

/**
 * One step that stands before the details: words to say or a fact to confirm, ticked when done. A step may ask the
 * client for one consent, or record one that rests on a notice.
 */
const consentStep = z.strictObject({
  text: z.string(),
  asks: consentKind.optional(),
  records: z.array(z.strictObject({ kind: consentKind, state: consentState })).default([]),
})

const channel = z.strictObject({
  id: z.enum(['telephone', 'in-person', 'email', 'web-form', 'live-chat', 'video-call']),
  /** The steps before the details unlock, in the order in which they are taken. */
  steps: z.array(z.string()),
  /** Whether the client waits on the line and can be put through to whoever takes the case. */
  putThrough: z.boolean(),
  /** Whether the short reason is the record of the first contact, or the first contact has to be attached afterwards. */
  firstContact: z.enum(['reason', 'attach']),
})

/** Whether a text fits a pattern, which may not be one at all. */
function fits(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return false
  }
}

export const intakePolicy = z.strictObject({
  channels: z.array(channel).min(1),
  steps: z.record(z.string(), consentStep),
  enquiryKinds: z.array(z.string()).min(1),
  studentNumber: z
    .strictObject({ pattern: z.string(), example: z.string(), required: z.boolean() })
    .refine(({ pattern, example }) => fits(pattern, example), 'the example does not fit the pattern'),
  reasonMaxLength: z.int().positive(),
  /** Open working minutes after which a case without its first contact is brought up again. */
  firstContactMinutes: z.int().positive(),
})

export type IntakePolicy = z.infer<typeof intakePolicy>
export type Channel = IntakePolicy['channels'][number]
export type ChannelId = Channel['id']
export type ConsentStep = IntakePolicy['steps'][string]
