import { z } from 'zod'
import { caseCard, caseShell } from '../../cards/case'
import type { Screen } from '../../cards/render'
import { refusalScreen } from '../../dialogs/refused'
import type { Action, Press } from './action'
import { action, id, ofCase } from './action'

/** Opening a case, and putting it away. */
export const cases = {
  'case.show': action({
    input: ofCase,
    permission: 'any-role',
    roles: 'cached',
    run: (press, input) => showCase(press, input),
  }),
  'case.open': action({
    input: ofCase,
    permission: 'any-role',
    roles: 'live',
    run: async (press, { caseId }) => {
      const outcome = await press.services.caseFile.open(press.actor, { caseId, postedAs: press.postedAs })
      return outcome.ok ? caseCard(press.look, outcome.view) : refusalScreen(press, outcome)
    },
  }),
  'case.put-away': action({
    input: ofCase,
    permission: 'any-role',
    roles: 'cached',
    run: (press, input) => showCase(press, input),
  }),
  'call-back.done': action({
    input: z.strictObject({ id, caseId: id }),
    permission: 'callback.manage',
    roles: 'cached',
    run: async (press, input) => {
      const outcome = await press.services.callBacks.done(press.actor, input)
      return outcome.ok ? showCase(press, { caseId: input.caseId }) : refusalScreen(press, outcome)
    },
  }),
} satisfies Readonly<Record<string, Action>>

async function showCase(press: Press, named: { caseId: string }): Promise<Screen> {
  const outcome = await press.services.cases.find(press.actor, named)
  return outcome.ok ? caseShell(press.look, outcome.view) : refusalScreen(press, outcome)
}
