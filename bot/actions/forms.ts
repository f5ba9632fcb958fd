import { z } from 'zod'
import type { Screen } from '../../cards/render'
import { refusalScreen } from '../../dialogs/refused'
import type { Action, Press } from './action'
import { action, id, nothing, ofCase, ofTypedDraft } from './action'

/** What begins a form, and what answers one. */
export const forms = {
  intake: action({
    input: nothing,
    permission: 'intake.take',
    roles: 'cached',
    run: (press) => press.begin('intake', {}),
  }),
  away: action({
    input: nothing,
    permission: 'absence.record',
    roles: 'cached',
    run: (press) => press.begin('away', {}),
  }),
  case: action({ input: nothing, permission: 'any-role', roles: 'cached', run: (press) => press.begin('case', {}) }),
  code: action({
    input: nothing,
    permission: 'refusal.lookup',
    roles: 'live',
    run: (press) => press.begin('code', {}),
  }),
  note: action({
    input: ofCase,
    permission: 'contact.record',
    roles: 'cached',
    run: (press, input) => beginOnCase(press, 'note', input.caseId),
  }),
  correct: action({
    input: ofCase,
    permission: 'case.correct',
    roles: 'cached',
    run: (press, input) => beginOnCase(press, 'correct', input.caseId),
  }),
  'call-back': action({
    input: ofCase,
    permission: 'callback.manage',
    roles: 'cached',
    run: (press, input) => beginOnCase(press, 'call-back', input.caseId),
  }),
  'dialog.answer': action({
    input: ofTypedDraft,
    permission: 'anybody',
    roles: 'cached',
    run: (press, { draft, nonce, ...inputs }) => press.answer(draft, { kind: 'answer', nonce, inputs }),
  }),
  'dialog.back': action({
    input: ofTypedDraft,
    permission: 'anybody',
    roles: 'cached',
    run: (press, { draft, nonce }) => press.answer(draft, { kind: 'back', nonce, inputs: {} }),
  }),
  'dialog.cancel': action({
    input: ofTypedDraft,
    permission: 'anybody',
    roles: 'cached',
    run: (press, { draft }) => press.cancel(draft),
  }),
  'dialog.continue': action({
    input: z.strictObject({ draft: id }),
    permission: 'anybody',
    roles: 'cached',
    run: (press, { draft }) => press.answer(draft, { kind: 'continue', nonce: '', inputs: {} }),
  }),
} satisfies Readonly<Record<string, Action>>

async function beginOnCase(press: Press, dialog: string, caseId: string): Promise<Screen> {
  const outcome = await press.services.cases.find(press.actor, { caseId })
  if (!outcome.ok) return refusalScreen(press, outcome)
  const { reference, version: current } = outcome.view
  return press.begin(dialog, { caseId, reference, version: current })
}
