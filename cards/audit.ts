import type { AuditEntry, AuditPage } from '../services/audit/audit.types'
import { makeButton } from './button'
import { listWithNames } from './list'
import type { Look } from './look'
import { notice } from './notice'
import { home } from './offer'
import type { Screen, Shell } from './render'

/** What may be posted of the audit: that there is one, and what to ask it. */
export function auditShell(look: Look): Shell {
  const refusals = makeButton(look.say('button.audit-refusals'), 'audit.refusals', {}, { primary: true })
  const ofCase = makeButton(look.say('button.audit-case'), 'audit.case')
  return notice(look, look.say('audit.heading'), [look.say('audit.detail')], [refusals, ofCase, home(look)])
}

/** Some entries, for the answer to a press. Pressing one shows its chain from there backwards. */
export function auditPage(look: Look, { subject, entries, older }: AuditPage): Screen<'content'> {
  const next = subject
    ? older && makeButton(look.say('button.older'), 'audit.entries', { subject, upTo: older.upTo })
    : older && makeButton(look.say('button.older'), 'audit.refusals', { before: older.before })
  const rows = entries.map((entry) => {
    const { actor, at, event, reason, seq } = entry
    const title = look.say('audit.row', { when: look.when(at), event, reason: reason ?? 'none' })
    const press = makeButton(title, 'audit.entries', { subject: entry.subject, upTo: seq })
    return { title, detail: look.say('audit.row-detail', { seq, actor, codes: codesOf(entry) }), press }
  })
  return listWithNames(look, {
    heading: subject ? look.say('audit.entries', { subject }) : look.say('audit.refusals'),
    intro: rows.length === 0 ? look.say('audit.none') : '',
    groups: [{ title: '', rows }],
    actions: [...(next ? [next] : []), makeButton(look.say('button.audit'), 'audit'), home(look)],
    more: [],
  })
}

function codesOf({ codes, lookup }: AuditEntry): string {
  const named = Object.entries({ ...codes, ...(lookup ? { code: lookup } : {}) })
  return named.length === 0 ? 'none' : named.map(([name, value]) => `${name} ${value}`).join(', ')
}
