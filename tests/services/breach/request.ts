import { mayReadCase } from '../../../services/access/access.rules'
import { mayDo } from '../../../services/breach/breach.rules'
import type { BreachAct, Candidate, Deed, PersonalDeed } from '../../../services/breach/breach.types'
import { position } from '../../../services/breach/position.rules'
import { type BreachFacts, nextAsked } from '../../../services/breach/routing.rules'
import { partOf, sightOf } from '../../../services/breach/sight.rules'
import { readProfile } from '../../../services/policy/policy.service'
import { anActor } from '../../support/records'
import { STATEMENTS } from './story-words'

const START = new Date('2026-11-24T10:00:00Z').getTime()
export const EVERYTHING: readonly string[] = Object.values(STATEMENTS)

/** Everybody of a union that could have to do with a request, by what they are there. */
export const CASTS: Record<string, Record<string, string[]>> = {
  cardiff: {
    adviser: ['caseworker'],
    colleague: ['caseworker'],
    front: ['front'],
    senior: ['senior'],
    head: ['manager'],
    stranger: [],
  },
  worcester: {
    adviser: ['caseworker'],
    colleague: ['caseworker'],
    sem: ['manager'],
    ce: ['executive'],
    leader: ['senior-management'],
    trustee: ['trustee'],
    stranger: [],
  },
  londonmet: {
    adviser: ['caseworker'],
    colleague: ['caseworker'],
    asm: ['manager'],
    dom: ['director'],
    ceo: ['executive'],
    stranger: [],
  },
  cambridge: { officer: ['caseworker'], other: ['caseworker'], third: ['caseworker'], stranger: [] },
  lancaster: {
    adviser: ['caseworker'],
    colleague: ['caseworker'],
    manager: ['manager'],
    ce: ['executive'],
    deputy: ['executive-deputy'],
    leader: ['senior-management'],
    investigator: ['senior-management', 'complaint-investigator'],
    stranger: [],
  },
}

/** A request while things happen to it. */
export class Request {
  readonly history: BreachAct[] = []
  readonly policy
  readonly people: Map<string, Candidate>
  private readonly access
  private minute = 0
  readonly holder: string

  constructor(union: string, requester: string, urgent = true) {
    const { breach, access } = readProfile(union)
    this.policy = breach
    this.access = access
    this.holder = requester
    this.people = new Map(
      Object.entries(CASTS[union]!).map(([staffId, roles]) => [
        staffId,
        { staffId, roles, absent: false, walled: false, conflicted: false },
      ]),
    )
    this.done(requester, { act: 'raised', ground: breach.grounds[0]!.id, urgent, informed: true })
  }

  get now(): Date {
    return new Date(START + this.minute * 60_000)
  }

  get facts(): BreachFacts {
    return { policy: this.policy, history: this.history, circle: [...this.people.values()] }
  }

  /** Whether somebody may open the case itself, which is the union's to say and not the chain's. */
  reads(staffId: string): boolean {
    const { roles = [], walled = false } = this.people.get(staffId) ?? {}
    const found = { holder: this.holder, offeredTo: null, walled: walled ? [staffId] : [] }
    return mayReadCase(anActor({ staffId, roles: [...roles] }), found, this.access).ok
  }

  pass(minutes: number): void {
    for (let passed = 0; passed < minutes; passed++) {
      this.minute++
      this.look()
    }
  }

  turn(staffId: string, change: Partial<Candidate>): void {
    this.people.set(staffId, { ...this.people.get(staffId)!, ...change })
    this.look()
  }

  leaves(staffId: string): void {
    this.people.delete(staffId)
    this.look()
  }

  does(by: string, deed: PersonalDeed): void {
    const where = position(this.policy, this.history, this.now)
    const allowed = mayDo(this.facts, { by, states: EVERYTHING }, deed, this.now)
    if (!allowed.ok) throw new Error(`${by} ${deed.act}: ${allowed.reason}`)
    this.done(by, ('stage' in where ? { ...deed, stage: where.stage } : deed) as Deed)
  }

  sees(staffId: string): string {
    const part = partOf(this.facts, staffId, this.reads(staffId), this.now)
    return part ? `${part} ${sightOf(this.facts, staffId, this.reads(staffId), this.now)}` : ''
  }

  private done(by: string, deed: Deed): void {
    this.history.push({ at: this.now, by, ...deed })
    this.look()
  }

  private look(): void {
    for (let ask = nextAsked(this.facts, this.now); ask; ask = nextAsked(this.facts, this.now))
      this.history.push({ at: this.now, by: 'system', ...ask })
  }
}
