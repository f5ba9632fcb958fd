import { type AccessRefusal, mayReadCase } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseRecord } from '../cases/cases.types'
import { findIdentifiers } from '../identifiers/identifiers.rules'
import type { Finding } from '../identifiers/identifiers.types'
import type { KnownOfCase } from '../identifiers/known-of-case'
import type { Actor } from '../people/people.types'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import { readAdvice } from './consultation.rules'
import type { Hit } from './consultation.types'

export type TextRefusal = 'missing' | 'too-long' | 'identifies'

/** What of a text stands in the way of sending it, and what somebody has to look at again. */
type Checked = Outcome<object, AccessRefusal | TextRefusal> & { refused: Hit[]; doubtful: Hit[] }

/** What may be said about a case to people who must not learn whose it is (IMP-49). */
export interface Wording {
  /** Looks in a text for what gives the client away, before anything is sent: what is found blocks it, or is a doubt. */
  check(actor: Actor, input: { caseId: string; text: string }): Promise<Checked>
  /** The text as it may be sent: nothing in it is refused, and a person says that nobody can be recognised. */
  anonymous(
    tx: Tx,
    found: CaseRecord,
    typed: string,
    confirmed: boolean,
  ): Promise<Outcome<{ text: string }, TextRefusal | 'not-confirmed'>>
}

export interface WordingParts {
  cases: CaseSteps
  knownOfCase: KnownOfCase
  transaction: Transaction
}

export function createWording({ cases, knownOfCase, transaction }: WordingParts): Wording {
  const findingsIn = async (tx: Tx, found: CaseRecord, text: string): Promise<Finding[]> =>
    findIdentifiers(text, await knownOfCase(tx, found))

  return {
    check: async (actor, { caseId, text }) => {
      let typed = ''
      let findings: Finding[] = []
      const attempt = { event: 'consultation-asked', permission: 'consultation.ask', about: caseId } as const
      const outcome = await transaction(actor, attempt, async (tx) => {
        const found = await cases.load(tx, caseId)
        const access = mayReadCase(actor, found, tx.policy.access)
        if (!access.ok) return access
        const read = readAdvice(text)
        if (!read.ok) return read
        typed = read.text
        findings = await findingsIn(tx, found!, typed)
        return isRefused(findings) ? refuse('identifies') : { ...ok, repeated: true }
      })
      const hits = (certainty: Finding['certainty']): Hit[] =>
        findings
          .filter((finding) => finding.certainty === certainty)
          .map(({ kind, from, to }) => ({ kind, text: typed.slice(from, to) }))
      return { ...outcome, refused: hits('refused'), doubtful: hits('warning') }
    },

    anonymous: async (tx, found, typed, confirmed) => {
      const read = readAdvice(typed)
      if (!read.ok) return read
      if (isRefused(await findingsIn(tx, found, read.text))) return refuse('identifies')
      return confirmed ? read : refuse('not-confirmed')
    },
  }
}

const isRefused = (findings: readonly Finding[]): boolean => findings.some(({ certainty }) => certainty === 'refused')
