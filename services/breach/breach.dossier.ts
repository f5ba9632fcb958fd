import type { AccessRefusal } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { People } from '../people/people.service'
import type { Actor } from '../people/people.types'
import { hashOfToken, newToken } from '../platform/ids'
import type { Mongo } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import { type BreachSteps, type Loaded, type Members, namesIn } from './breach.steps'
import { openStatements } from './breach.store'
import { agreedActions } from './breach.texts.rules'
import type { BreachAct } from './breach.types'
import { insertPrintLink, takePrintLink } from './dossier.store'
import type { Dossier, DossierAct } from './dossier.types'
import { actsOf, position } from './position.rules'

/** For how long a link is good, by real time. */
const GOOD_FOR_MINUTES = 2

export interface BreachDossiers {
  /**
   * Everything on record about a request, for whoever may open the case and is kept out of nothing (R9, IMP-14). That it
   * was printed, by whom, and the reference, is recorded before anybody has it.
   */
  dossier(actor: Actor, input: { breachId: string }): Promise<Outcome<{ dossier: Dossier }, AccessRefusal>>
  /** A token that fetches the dossier for this person, once and soon; refused to whoever may not have it. */
  askForPrint(
    actor: Actor,
    input: { breachId: string },
  ): Promise<Outcome<{ token: string; reference: string; minutes: number }, AccessRefusal>>
  /**
   * The dossier that a token fetches, with its organisation. The token is used up, and whether the person may have it is
   * asked anew, with the roles that they hold now. Null for a token that was used, is too old or was never given, and
   * for a person who may not have it any more.
   *
   * @throws CaseworkError 'roles-unavailable' or 'staff-unavailable' when Graph cannot say
   */
  fetchPrint(token: string): Promise<{ orgId: string; dossier: Dossier } | null>
}

interface DossierParts {
  mongo: Mongo
  cases: CaseSteps
  people: People
  transaction: Transaction
  orgIds: readonly string[]
}

/** Handing out the whole of a request. */
export function createBreachDossiers(
  { mongo, cases, people, transaction, orgIds }: DossierParts,
  steps: BreachSteps,
): BreachDossiers {
  const attempt = (event: 'breach-printed' | 'breach-print-asked', breachId: string) =>
    ({ event, permission: null, about: breachId }) as const

  async function loadWhole(tx: Tx, breachId: string, members: Members) {
    const loaded = await steps.loadSeen(tx, breachId, members)
    return !loaded.ok || loaded.sight === 'whole' ? loaded : refuse('not-theirs')
  }

  const dossier: BreachDossiers['dossier'] = async (actor, { breachId }) => {
    const members = await steps.membersOfRequest(actor.orgId, breachId)
    return transaction(actor, attempt('breach-printed', breachId), async (tx) => {
      const loaded = await loadWhole(tx, breachId, members)
      if (!loaded.ok) return loaded
      const { caseId, reference } = loaded.record
      tx.audit({ subject: `case:${caseId}`, event: 'breach-printed', codes: { breach: breachId, reference } })
      return { ...ok, dossier: await dossierOf(tx, cases, loaded, { ...namesIn(members), ...loaded.record.names }) }
    })
  }

  return {
    dossier,

    askForPrint: async (actor, { breachId }) => {
      const members = await steps.membersOfRequest(actor.orgId, breachId)
      const token = newToken()
      const { staffId, displayName: name } = actor
      const link = { _id: hashOfToken(token), staffId, name, breachId, createdAt: new Date() }
      return transaction(actor, attempt('breach-print-asked', breachId), async (tx) => {
        const loaded = await loadWhole(tx, breachId, members)
        if (!loaded.ok) return loaded
        const { caseId, reference } = loaded.record
        await insertPrintLink(tx, link)
        tx.audit({ subject: `case:${caseId}`, event: 'breach-print-asked', codes: { breach: breachId } })
        return { ...ok, token, reference, minutes: GOOD_FOR_MINUTES }
      })
    },

    fetchPrint: async (token) => {
      const since = new Date(Date.now() - GOOD_FOR_MINUTES * 60_000)
      const id = hashOfToken(token)
      const taken = await Promise.all(
        orgIds.map(async (orgId) => ({ orgId, link: await takePrintLink(mongo.forOrg(orgId), id, since) })),
      )
      const { orgId, link } = taken.find((each) => each.link) ?? { orgId: '', link: null }
      if (!link) return null
      const { staffId, name: displayName, breachId } = link
      const roles = await people.rolesOf(orgId, staffId, 'live')
      const outcome = await dossier({ orgId, staffId, displayName, roles }, { breachId })
      return outcome.ok ? { orgId, dossier: outcome.dossier } : null
    },
  }
}

type Names = Readonly<Record<string, string>>

async function dossierOf(tx: Tx, cases: CaseSteps, { record, found }: Loaded, names: Names): Promise<Dossier> {
  const { _id: breachId, chain, history, reference } = record
  const said = openStatements(tx, await cases.key(tx, found), record)
  const [raised] = actsOf(history, 'raised')
  const { at: raisedAt, by, ground, informed, urgent } = raised!
  return {
    ...{ breachId, reference, urgent, ground, informed, raisedAt },
    client: await cases.client(tx, found),
    requester: nameOf(names, by),
    source: chain.source,
    at: position(chain, history, tx.now),
    acts: history.map((act, index) =>
      dossierAct(
        act,
        names,
        said.filter((each) => each.act === index),
      ),
    ),
    actions: agreedActions(history, said).map(({ text, done }) => ({
      text,
      done: done && { at: done.at, by: nameOf(names, done.by) },
    })),
    printedBy: tx.actor.displayName || tx.actor.staffId,
    printedAt: tx.now,
  }
}

function dossierAct(act: BreachAct, names: Names, statements: readonly { code: string; text: string }[]): DossierAct {
  const passedOver = 'passedOver' in act ? act.passedOver : []
  return {
    at: act.at,
    by: nameOf(names, act.by),
    byBot: act.by === 'system',
    act: act.act,
    answer: 'answer' in act ? act.answer : null,
    to: 'to' in act ? nameOf(names, act.to) : '',
    untold: 'untold' in act && act.untold,
    passedOver: passedOver.map(({ staffId, reason }) => ({ name: nameOf(names, staffId), reason })),
    statements: statements.map(({ code, text }) => ({ code, text })),
  }
}

/** Nobody is left out because nobody knows their name any more. */
const nameOf = (names: Names, staffId: string): string => names[staffId] || staffId
