import { mayDo, mayRaise, mayRaiseAgain } from '../../../services/breach/breach.rules'
import type { BreachAct, Candidate, Deed, Position } from '../../../services/breach/breach.types'
import { position } from '../../../services/breach/position.rules'
import { nextAsked } from '../../../services/breach/routing.rules'
import type { Policy } from '../../../services/policy/policy.schema'
import type { Attempt, Doing, Passage, Raising, Story } from './story-reader'
import { isGlance, plain, positionInWords, STATEMENTS } from './story-words'

const START = new Date('2026-11-24T10:00:00Z').getTime()
const MINUTE_MS = 60_000

/** What a story tells and what the rules make of it, up to the first line at which they part. */
export interface Played {
  told: string[]
  happened: string[]
  /** Every act that was refused because something was left unsaid, as `decided reasons`. */
  leftOut: string[]
}

/** Plays a story on the rules, under the chain and with the titles of a union's profile. */
export function play(policy: Policy, story: Story): Played {
  const played: Played = { told: [], happened: [], leftOut: [] }
  const table = new Table(policy)
  for (const passage of story.passages) {
    const heading = `line ${passage.line}: ${passage.text}`
    const happened = table.happens(passage)
    played.told.push(heading, ...passage.told)
    played.happened.push(heading, ...happened)
    const { does } = passage
    if ('without' in does && does.without && happened.includes('refused: statement missing'))
      played.leftOut.push(`${'deed' in does ? does.deed.act : 'raised'} ${does.without}`)
    if (passage.told.join('\n') !== happened.join('\n')) break
  }
  return played
}

/** The people of a story, its clock, and what has been done about the request. */
class Table {
  private minute = 0
  private history: BreachAct[] = []
  private readonly earlier: BreachAct[][] = []
  private readonly people = new Map<string, Candidate>()
  /** Everybody of the story, those who have left too: they may still try something. */
  private readonly cast = new Set<string>()
  private readonly policy: Policy

  constructor(policy: Policy) {
    this.policy = policy
  }

  /** What follows from a line; where the request stands only if the story says so. */
  happens({ line, does, told }: Passage): string[] {
    const outcomes: string[] = []
    if ('minutes' in does) {
      for (let passed = 0; passed < does.minutes; passed++) {
        this.minute++
        outcomes.push(...this.looks())
      }
    } else {
      const refused = 'by' in does ? this.tries(does, line) : this.changes(does, line)
      if (refused) outcomes.push(`refused: ${plain(refused)}`)
      outcomes.push(...this.looks())
    }
    return [...outcomes, ...told.filter(isGlance).map((glance) => this.glance(glance))]
  }

  private get breach() {
    return this.policy.breach
  }

  private now(): Date {
    return new Date(START + this.minute * MINUTE_MS)
  }

  private facts() {
    return { policy: this.breach, history: this.history, circle: [...this.people.values()] }
  }

  private where(history = this.history): Position {
    return position(this.breach, history, this.now())
  }

  private done(by: string, deed: Deed): void {
    this.history.push({ at: this.now(), by, ...deed })
  }

  private glance(told: string): string {
    const { clause, provisional } = this.breach.source
    if (told.startsWith('procedure: ')) return `procedure: ${clause}${provisional ? ', provisional' : ''}`
    if (told.startsWith('grounds: ')) return `grounds: ${this.breach.grounds.map(({ id }) => id).join(', ')}`
    const stands = positionInWords(this.where(), this.breach.stages.length, this.now())
    return `it stands: ${this.history.length === 0 ? 'not raised' : stands}`
  }

  /** The bot asks until it has nobody to ask for now. */
  private looks(): string[] {
    const asks: string[] = []
    while (this.history.length > 0 && asks.length < 20) {
      const ask = nextAsked(this.facts(), this.now())
      if (!ask) break
      this.done('system', ask)
      const lastResort = this.policy.access.roles[this.breach.lastResort]!.title
      if (ask.act === 'unbriefed') {
        asks.push(`no brief is written: ${lastResort} is told`)
        continue
      }
      const over = ask.passedOver.map(({ staffId, reason }) => `${staffId} (${plain(reason)})`).join(', ')
      const passing = over ? `, passing over ${over}` : ''
      if (ask.act === 'exhausted') asks.push(`nobody is left${passing}: ${lastResort} is told`)
      else asks.push(`asked: ${ask.to}${ask.as === 'namer' ? ' to name somebody' : ''}${passing}`)
    }
    return asks
  }

  private changes(does: Exclude<Doing, Attempt | { minutes: number }>, line: number): null {
    if ('people' in does) {
      for (const { name, titles } of does.people)
        this.put({ staffId: name, absent: false, walled: false, conflicted: false }, this.roles(titles, line))
    } else if ('title' in does) {
      const person = this.person(does.name, line)
      const [role] = this.roles([does.title], line)
      const others = person.roles.filter((held) => held !== role)
      if (does.holds === person.roles.includes(role!)) throw new Error(`line ${line}: that changes nothing`)
      this.put(person, does.holds ? [...others, role!] : others)
    } else if (does.turns === 'gone') {
      this.people.delete(this.person(does.name, line).staffId)
    } else {
      const { absent, walled, conflicted, ...person } = this.person(does.name, line)
      const away = does.turns === 'away' || (absent && does.turns !== 'back')
      const turned = {
        walled: walled || does.turns === 'walled',
        conflicted: conflicted || does.turns === 'conflicted',
      }
      this.put({ ...person, ...turned, absent: away }, person.roles)
    }
    return null
  }

  private put(person: Omit<Candidate, 'roles'>, roles: readonly string[]): void {
    this.cast.add(person.staffId)
    this.people.set(person.staffId, { ...person, roles })
  }

  private person(name: string, line: number): Candidate {
    const person = this.people.get(name)
    if (!person) throw new Error(`line ${line}: there is no ${name}`)
    return person
  }

  private roles(titles: readonly string[], line: number): string[] {
    return titles.map((wanted) => {
      const roles = Object.entries(this.policy.access.roles)
      const held = roles.find(([, { title, titles }]) => [title, ...titles].includes(wanted))
      if (!held) throw new Error(`line ${line}: nobody is called ${wanted}`)
      return held[0]
    })
  }

  /** Tries an act with everything stated but what the story leaves out; what is allowed is done. */
  private tries(does: Attempt, line: number): string | null {
    const named = 'deed' in does && does.deed.act === 'named' ? does.deed.to : does.by
    for (const name of [does.by, named]) if (!this.cast.has(name)) throw new Error(`line ${line}: there is no ${name}`)
    const states = Object.values(STATEMENTS).filter((code) => code !== does.without)
    if (!('deed' in does)) return this.raises(does, states, line)
    if (does.adviser) this.wantsAdvice(does.adviser, line)
    const where = this.where()
    const allowed = mayDo(this.facts(), { by: does.by, states }, does.deed, this.now())
    if (!allowed.ok) return allowed.reason
    this.done(does.by, ('stage' in where ? { ...does.deed, stage: where.stage } : does.deed) as Deed)
    return null
  }

  private raises({ by, again, ground, urgent, informed }: Raising & { by: string }, states: string[], line: number) {
    if (this.history.length > 0) this.earlier.push(this.history.splice(0))
    if (again !== this.earlier.length > 0) throw new Error(`line ${line}: raised again, or for the first time?`)
    const attempt = { by, states }
    const before = this.earlier.map((history) => this.where(history))
    for (const outcome of [mayRaise(this.breach, attempt, ground, informed), mayRaiseAgain(before, attempt)])
      if (!outcome.ok) return outcome.reason
    this.done(by, { act: 'raised', ground, urgent, informed })
    return null
  }

  private wantsAdvice(title: string, line: number): void {
    const [adviser] = this.roles([title], line)
    if (!this.breach.stages.some(({ again }) => again?.afterAdviceOf === adviser))
      throw new Error(`line ${line}: no advice of the ${title} is wanted`)
  }
}
