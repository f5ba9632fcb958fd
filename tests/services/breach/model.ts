import type { Procedure } from './procedures'

/** Somebody of the cast, as things are with them now. */
export interface Person {
  id: string
  posts: string[]
  away: boolean
  walled: boolean
  conflicted: boolean
  gone: boolean
}

type Phase = 'advice' | 'first' | 'brief' | 'second' | 'authorised' | 'expired' | 'acting' | 'no' | 'withdrawn' | 'done'

export type Move =
  | 'advise'
  | 'name'
  | 'brief'
  | 'take-advice'
  | 'yes'
  | 'no'
  | 'withdraw'
  | 'tell-client'
  | 'disclose'
  | 'new-facts'
  | 'reconfirm'
  | 'report'
  | 'complete'

/** What somebody says with a move. */
interface Said {
  to: string
  untold: boolean
  states: string[]
}

const DAY = 24 * 60

/**
 * A request as somebody with a procedure in hand and a watch would follow it: slowly, with lists and flags. It knows
 * nothing of the engine. Minutes count from the moment at which the request was raised.
 */
export class Model {
  readonly procedure: Procedure
  readonly requester: string
  readonly urgent: boolean
  readonly told: boolean
  phase: Phase
  minute = 0
  /** Whom the bot has asked in this phase, and when. */
  asked: { id: string; names: boolean; at: number }[] = []
  /** Who was left out because they were away, in this phase. */
  missed: string[] = []
  nominees: string[] = []
  lastResort = false
  advisers: string[] = []
  namers: string[] = []
  decidedFirst: string | null = null
  deciders: string[] = []
  decidedFirstAt = 0
  briefMissed = false
  trusteeAdvised: string | null = null
  untoldConfirmed = false
  clientTold = false
  confirmedAt = 0
  disclosed = false
  reported = false
  final = false

  constructor(procedure: Procedure, requester: string, urgent: boolean, told: boolean) {
    this.procedure = procedure
    this.requester = requester
    this.urgent = urgent
    this.told = told
    this.phase = procedure.advice > 0 ? 'advice' : 'first'
  }

  /** Somebody tries something: whoever must have no part in it is turned away, whatever it is. */
  tries(cast: Person[], id: string, move: Move, { to, untold, states }: Said): boolean {
    if (this.barred(cast.find((person) => person.id === id)!)) return false
    const moves: Record<Move, () => boolean> = {
      advise: () => this.advise(cast, id, states),
      name: () => this.name(cast, id, to),
      brief: () => this.brief(cast, id, states),
      'take-advice': () => this.takeAdvice(cast, id, states),
      yes: () => this.decide(cast, id, true, untold, states),
      no: () => this.decide(cast, id, false, untold, states),
      withdraw: () => this.withdraw(id, states),
      'tell-client': () => this.tellClient(states),
      disclose: () => this.disclose(states),
      'new-facts': () => this.changeFacts(id, states),
      reconfirm: () => this.reconfirm(cast, id),
      report: () => this.report(states),
      complete: () => this.complete(states),
    }
    return moves[move]()
  }

  /** Whom the bot asks now; a word when the last resort is told; null when it waits. */
  asks(cast: Person[]): { id: string; names: boolean } | 'exhausted' | 'unbriefed' | null {
    if (this.phase === 'brief') {
      const inTime = this.minute < this.decidedFirstAt + this.procedure.silence
      if (this.briefMissed || (inTime && this.couldDecide(cast, this.decidedFirst!, 'first'))) return null
      this.briefMissed = true
      return 'unbriefed'
    }
    if (this.phase !== 'first' && this.phase !== 'second') return null
    const last = this.asked.at(-1)
    const answered = last?.names && this.namers.includes(last.id)
    const idle = last?.names && !this.someoneToName(cast, last.id)
    const here = last && !idle && this.stillIn(cast, last.id) && !this.isAway(cast, last.id)
    if (last && !answered && here && this.minute < last.at + this.procedure.silence) return null
    const missed: string[] = []
    for (const { id, names, hurry } of this.queue(cast)) {
      if (this.asked.some((one) => one.id === id)) continue
      if (hurry && !this.urgent) continue
      if (this.isOut(cast, id)) continue
      if (cast.find((person) => person.id === id)!.away && !this.decidesThemselves(id)) {
        missed.push(id)
        continue
      }
      if (names && !this.someoneToName(cast, id)) continue
      this.missed.push(...missed)
      this.asked.push({ id, names, at: this.minute })
      return { id, names }
    }
    if (this.lastResort) return null
    this.missed.push(...missed)
    this.lastResort = true
    return 'exhausted'
  }

  pass(minutes: number): void {
    this.minute += minutes
    if (this.phase === 'authorised' && this.minute >= this.confirmedAt + DAY) this.phase = 'expired'
  }

  private advise(cast: Person[], id: string, states: string[]): boolean {
    const person = cast.find((one) => one.id === id)!
    const open = this.phase === 'advice' || (this.phase === 'first' && this.procedure.advice > 0)
    const may = this.procedure.advisers.some((post) => person.posts.includes(post)) && !person.gone
    if (!open || !may || id === this.requester || this.barred(person)) return false
    if (this.advisers.includes(id) || !states.includes('advice')) return false
    this.advisers.push(id)
    if (this.phase === 'advice' && this.advisers.length >= this.procedure.advice) this.phase = 'first'
    return true
  }

  private name(cast: Person[], id: string, to: string): boolean {
    const namer = this.asked.find((one) => one.id === id && one.names) ?? this.lateNamer(cast, id)
    if (this.phase !== 'first' || !namer || !this.stillIn(cast, id)) return false
    if (!this.canBeNamed(cast, id, to)) return false
    this.namers.push(id)
    this.nominees.push(to)
    return true
  }

  private canBeNamed(cast: Person[], namer: string, to: string): boolean {
    const { posts, gone, away } = cast.find((one) => one.id === to)!
    const fits = this.procedure.nominees.some((post) => posts.includes(post)) && !gone && !away
    return fits && to !== namer && !this.isOut(cast, to)
  }

  /** Whoever has nobody to name is not asked, and waited for no longer. */
  private someoneToName(cast: Person[], namer: string): boolean {
    return cast.some(({ id }) => this.canBeNamed(cast, namer, id))
  }

  private brief(cast: Person[], id: string, states: string[]): boolean {
    if (this.phase !== 'brief' || !states.includes('brief')) return false
    const theirs = this.couldDecide(cast, this.decidedFirst!, 'first')
    const other = this.couldDecide(cast, id, 'first') && !this.couldDecide(cast, id, 'second')
    const may = theirs ? id === this.decidedFirst : other
    if (!may) return false
    this.enter('second')
    return true
  }

  private takeAdvice(cast: Person[], id: string, states: string[]): boolean {
    const needed = this.phase === 'second' && this.procedure.trustee && id === this.decidedFirst
    if (!needed || !this.wasAsked(cast, id) || !this.stillIn(cast, id)) return false
    if (!['adviser', 'question', 'advice'].every((code) => states.includes(code))) return false
    this.trusteeAdvised = id
    return true
  }

  private decide(cast: Person[], id: string, yes: boolean, untold: boolean, states: string[]): boolean {
    if (this.phase !== 'first' && this.phase !== 'second') return false
    if (!this.wasAsked(cast, id) || !this.stillIn(cast, id) || this.namesOnly(cast, id)) return false
    const again = this.phase === 'second' && id === this.decidedFirst
    if (again && this.trusteeAdvised !== id) return false
    if (yes && !this.told && this.procedure.tellBeforeRaising === 'must' && !untold) return false
    const records = this.procedure.before[this.phase]
    const no = 'no' in records ? records.no : []
    if (![...records.either, ...(yes ? records.yes : no)].every((code) => states.includes(code))) return false
    this.deciders.push(id)
    if (!yes) {
      this.final = this.phase === 'second' && this.procedure.finalNo
      this.phase = 'no'
    } else if (this.phase === 'first' && this.procedure.second.length > 0) {
      this.decidedFirst = id
      this.decidedFirstAt = this.minute
      this.phase = 'brief'
    } else {
      this.confirmedAt = this.minute
      this.untoldConfirmed = untold
      this.lastQueue = this.phase
      this.phase = 'authorised'
    }
    return true
  }

  private withdraw(id: string, states: string[]): boolean {
    const open = ['advice', 'first', 'brief', 'second'].includes(this.phase)
    if (!open || id !== this.requester || !states.includes('withdrawn-because')) return false
    this.phase = 'withdrawn'
    return true
  }

  private disclose(states: string[]): boolean {
    if (this.phase !== 'authorised' && this.phase !== 'acting') return false
    const { tellBeforeActing } = this.procedure
    const excused = tellBeforeActing === 'should' || this.untoldConfirmed
    const may = tellBeforeActing === 'may' || this.clientTold || (excused && states.includes('untold-because'))
    if (!may || !['recipient', 'means', 'content'].every((code) => states.includes(code))) return false
    this.phase = 'acting'
    this.disclosed = true
    return true
  }

  /** Told once it may be shared; how is on record. */
  private tellClient(states: string[]): boolean {
    if ((this.phase !== 'authorised' && this.phase !== 'acting') || !states.includes('told-how')) return false
    this.clientTold = true
    return true
  }

  /** New facts, from whoever raised or decided it, take the authorisation away until somebody has confirmed it. */
  private changeFacts(id: string, states: string[]): boolean {
    const concerned = id === this.requester || this.deciders.includes(id)
    if ((this.phase !== 'authorised' && this.phase !== 'acting') || !concerned) return false
    if (!states.includes('new-facts')) return false
    this.phase = 'expired'
    return true
  }

  private reconfirm(cast: Person[], id: string): boolean {
    if (this.phase !== 'expired' || !this.couldDecide(cast, id, this.lastQueue)) return false
    this.confirmedAt = this.minute
    this.phase = 'authorised'
    return true
  }

  private report(states: string[]): boolean {
    const open = ['authorised', 'acting', 'expired'].includes(this.phase)
    if (!open || !this.procedure.report.every((code) => states.includes(code))) return false
    this.reported = true
    return true
  }

  private complete(states: string[]): boolean {
    const open = this.reported && ['authorised', 'acting', 'expired'].includes(this.phase)
    if (!open || ![...this.procedure.end, 'actions-done'].every((code) => states.includes(code))) return false
    this.phase = 'done'
    return true
  }

  private lastQueue: 'first' | 'second' = 'first'

  private enter(phase: 'second'): void {
    this.phase = phase
    this.asked = []
    this.missed = []
    this.lastResort = false
  }

  /** Everybody who sits at this step, in order: whoever was named, then posts, then those who may name in a hurry. */
  private queue(cast: Person[], phase: Phase = this.phase): { id: string; names: boolean; hurry: boolean }[] {
    const here = cast.filter((person) => !person.gone)
    const at = (post: string) => here.filter(({ posts }) => posts.includes(post)).map(({ id }) => id)
    if (phase === 'second') return this.procedure.second.flatMap(at).map((id) => ({ id, names: false, hurry: false }))
    const nominees = this.nominees.filter((id) => this.procedure.nominees.some((post) => at(post).includes(id)))
    const involved = here.filter(({ id }) => id === this.requester).map(({ id }) => id)
    const first = this.procedure.first.flatMap((post) => (post === 'requester' ? involved : at(post)))
    return [
      ...nominees.map((id) => ({ id, names: false, hurry: false })),
      ...first.map((id) => ({ id, names: false, hurry: false })),
      ...this.procedure.namers.flatMap(at).map((id) => ({ id, names: true, hurry: true })),
    ]
  }

  private barred({ walled, conflicted, posts }: Person): boolean {
    return walled || conflicted || this.procedure.investigators.some((post) => posts.includes(post))
  }

  /** Whether somebody can have no part in this step, whatever they were asked. */
  private isOut(cast: Person[], id: string, phase: Phase = this.phase): boolean {
    const person = cast.find((one) => one.id === id)!
    if (id === this.requester && !this.decidesThemselves(id)) return true
    if (this.barred(person) || this.advisers.includes(id) || this.namers.includes(id)) return true
    return phase === 'second' && id === this.decidedFirst && !this.procedure.trustee
  }

  /** Whether somebody sits at this step to decide, and may, whether they were asked or not. */
  private couldDecide(cast: Person[], id: string, phase: 'first' | 'second'): boolean {
    return this.queue(cast, phase).some((one) => one.id === id && !one.names) && !this.isOut(cast, id, phase)
  }

  private isAway(cast: Person[], id: string): boolean {
    return id !== this.requester && cast.find((one) => one.id === id)!.away
  }

  private decidesThemselves(id: string): boolean {
    return id === this.requester && this.procedure.first.includes('requester')
  }

  private stillIn(cast: Person[], id: string, phase: Phase = this.phase): boolean {
    return this.queue(cast, phase).some((one) => one.id === id) && !this.isOut(cast, id, phase)
  }

  private wasAsked(cast: Person[], id: string, phase: Phase = this.phase): boolean {
    const seated = this.queue(cast, phase).some((one) => one.id === id)
    return seated && (this.asked.some((one) => one.id === id) || this.missed.includes(id))
  }

  /** Whose first place in the queue is one that names. */
  private namesOnly(cast: Person[], id: string): boolean {
    return this.queue(cast, this.lastPhase()).find((one) => one.id === id)?.names ?? false
  }

  private lateNamer(cast: Person[], id: string): object | undefined {
    return this.missed.includes(id) && this.namesOnly(cast, id) ? {} : undefined
  }

  private lastPhase(): Phase {
    return this.phase === 'expired' ? this.lastQueue : this.phase
  }
}
