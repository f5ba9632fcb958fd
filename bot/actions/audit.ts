import { z } from 'zod'
import { auditPage, auditShell } from '../../cards/audit'
import type { Screen } from '../../cards/render'
import { refusalScreen } from '../../dialogs/refused'
import type { AuditQuestion } from '../../services/audit/audit.service'
import type { Action, Press } from './action'
import { action, nothing, whole } from './action'

const subject = z.templateLiteral([z.enum(['case', 'engagement', 'staff']), ':', z.string().regex(/^[\w-]{1,64}$/)])

/** Who did and read what: the newest entries of a chain, or everybody's refusals. */
export const audit = {
  audit: action({ input: nothing, permission: 'audit.read', roles: 'live', run: async ({ look }) => auditShell(look) }),
  'audit.refusals': action({
    input: z.strictObject({ before: z.string().max(200).optional() }),
    permission: 'audit.read',
    roles: 'live',
    run: (press, input) => show(press, input),
  }),
  'audit.entries': action({
    input: z.strictObject({ subject, upTo: whole }),
    permission: 'audit.read',
    roles: 'live',
    run: (press, input) => show(press, input),
  }),
  'audit.case': action({
    input: nothing,
    permission: 'audit.read',
    roles: 'live',
    run: (press) => press.begin('audit', {}),
  }),
} satisfies Readonly<Record<string, Action>>

async function show(press: Press, question: AuditQuestion): Promise<Screen> {
  const outcome = await press.services.audit.read(press.actor, question)
  return outcome.ok ? auditPage(press.look, outcome.page) : refusalScreen(press, outcome)
}
