import { isWalled } from './access/access.rules'
import { createAllocation } from './allocation/allocation.service'
import type { CheckpointStore } from './audit/audit.checkpoint-file'
import { createCheckpoints } from './audit/audit.checkpoints'
import { createAudit } from './audit/audit.service'
import { createBreaches } from './breach/breach.service'
import { createCallBacks } from './callbacks/callbacks.service'
import { createCaseFile } from './casefile/casefile.service'
import { createCases } from './cases/cases.service'
import { createConsents } from './consent/consent.service'
import { createConsultations } from './consultation/consultation.service'
import { createContacts } from './contacts/contacts.service'
import { createDeliveries } from './delivery/delivery.service'
import { createDuties } from './duties/duties.service'
import { createEmergencies } from './emergency/emergency.service'
import { createKnownOfCase } from './identifiers/known-of-case'
import { createIntake } from './intake/intake.service'
import { createPeople } from './people/people.service'
import type { Clock } from './platform/clock'
import { createDrafts } from './platform/drafts'
import { CaseworkError } from './platform/errors'
import type { Graph } from './platform/graph'
import type { KeyProvider } from './platform/key-provider'
import { createKeyring } from './platform/keyring'
import type { Logger } from './platform/logger'
import type { Mongo, Readings } from './platform/mongo'
import { createTransaction } from './platform/transaction'
import type { OrganisationSettings } from './policy/deployment'
import type { Policy } from './policy/policy.schema'

export interface ServiceParts {
  organisations: readonly OrganisationSettings[]
  policies: ReadonlyMap<string, Policy>
  mongo: Mongo
  graphOf(orgId: string): Graph
  keyProvider: KeyProvider
  /** Where the audit's checkpoints are kept, out of the database administrator's reach. Production always has one. */
  checkpoints?: CheckpointStore | undefined
  clock: Clock
  log: Logger
  /** Called when something waits to be sent. */
  onQueued(): void
}

export type Services = ReturnType<typeof createServices>

/** Builds every service once; the only place that knows them all. */
export function createServices(parts: ServiceParts) {
  const { organisations, mongo, graphOf, keyProvider, checkpoints, clock, log, onQueued } = parts
  const policyOf = (orgId: string): Policy => {
    const policy = parts.policies.get(orgId)
    if (!policy) throw new CaseworkError('unknown-organisation', { orgId })
    return policy
  }
  const keyring = createKeyring(mongo, keyProvider)
  const transaction = createTransaction({ mongo, keyring, clock, policyOf, onQueued })
  const people = createPeople({ organisations, policyOf, graphOf, transaction, log })
  const cases = createCases({ mongo, keyring, transaction })
  const consents = createConsents()
  const contacts = createContacts({ cases, transaction })
  const callBacks = createCallBacks({ mongo, cases, consents, policyOf, transaction })
  const orgIds = organisations.map(({ orgId }) => orgId)
  const knownOfCase = createKnownOfCase(cases, callBacks)
  const consultations = createConsultations({ mongo, cases, contacts, knownOfCase, people, policyOf, transaction })
  const breaches = createBreaches({ mongo, cases, knownOfCase, people, policyOf, clock, transaction, orgIds })
  const caseFile = createCaseFile({ mongo, cases, contacts, consents, callBacks, breaches, transaction })
  const emergencies = createEmergencies({ mongo, keyring, cases, contacts, people, policyOf, clock, transaction })
  const allocation = createAllocation({ mongo, cases, people, policyOf, clock, transaction })
  const together = <Asked extends Readings>(orgId: string, readings: Asked) => mongo.forOrg(orgId).together(readings)
  return {
    clock,
    policyOf,
    /** Reads what several capabilities have to show in one trip to the database. */
    together,
    people,
    allocation,
    breaches,
    consultations,
    cases,
    caseFile,
    emergencies,
    contacts,
    callBacks,
    intake: createIntake({ allocation, cases, consents, contacts, people, policyOf, transaction }),
    audit: createAudit({
      mongo,
      keyring,
      transaction,
      checkpoints,
      walledOff: async (scope, staffId, caseIds) => {
        const found = await cases.loadMany(scope, caseIds)
        return new Set(found.filter((record) => isWalled(record, staffId)).map(({ _id }) => _id))
      },
    }),
    checkpoints: checkpoints ? createCheckpoints({ mongo, keyring, store: checkpoints, orgIds, log }) : null,
    drafts: createDrafts(mongo, keyring),
    deliveries: createDeliveries({ mongo, clock, transaction }),
    duties: createDuties(mongo, clock, {
      'allocation-unanswered': allocation.onUnanswered,
      'breach-unanswered': breaches.onUnanswered,
      'breach-watch': breaches.onWatch,
      'emergency-debrief': emergencies.onDebrief,
      'emergency-reminder': emergencies.onReminder,
      'emergency-tell': emergencies.onTell,
      'emergency-unrecorded': emergencies.onUnrecorded,
      'first-contact-missing': contacts.onFirstContactMissing,
      'case-put-away': caseFile.onPutAway,
      'consultation-unanswered': consultations.onUnanswered,
      'call-back': callBacks.onDue,
    }),
  }
}
