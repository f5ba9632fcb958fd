import { z } from 'zod'
import type { Screen } from '../../cards/render'
import type { DialogOptions } from '../../dialogs/card-dialog'
import type { Acting, QuestionPress } from '../../dialogs/dialog-turn'
import type { Permission } from '../../services/access/access.policy'
import type { Freshness } from '../../services/people/people.service'

/** What an action may do in its turn. */
export interface Press extends Acting {
  /** The activity that holds the pressed card, for putting content away again. */
  postedAs: string | null
  /** Where people find this server with a browser. */
  publicUrl: string
  begin(dialog: string, options: DialogOptions): Promise<Screen>
  answer(draft: string, press: QuestionPress): Promise<Screen>
  cancel(draft: string): Promise<Screen>
}

/** One row of the table: what the card's data must look like, who may press, how fresh the roles must be, and what it does. */
export interface Action<Input extends z.ZodType = z.ZodType> {
  input: Input
  /** `anybody`: whoever has signed in, with a role or without (IMP-55). */
  permission: Permission | 'any-role' | 'anybody'
  roles: Freshness
  run(press: Press, input: z.infer<Input>): Promise<Screen>
}

export const action = <Input extends z.ZodType>(row: Action<Input>): Action => row as unknown as Action

export const id = z.uuid()
/** A whole number, or the digits of one; a list of one number is neither. */
export const whole = z.union([
  z.int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
])
const version = whole.pipe(z.int().positive())
export const nothing = z.strictObject({})
export const pressed = z.strictObject({ allocationId: id, version })
export const ofCase = z.strictObject({ caseId: id })
const ofDraft = z.strictObject({ draft: id, nonce: z.uuid() })
/** The same with what was typed into the card; what is too long for its field is said there. */
export const ofTypedDraft = ofDraft.catchall(z.string().max(10_000))
