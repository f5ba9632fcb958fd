import type { Person, Size } from './person'
import type { Playground } from './playground'

/** What everybody writes wherever something is asked; it names nobody. */
const SAID = 'They are in danger today, and nobody else is with them.'

/** Where somebody else takes the enquiry, and what is answered at each step of their script. */
const FRONT_DESKS: Readonly<Record<string, { taker: string; answers: readonly (string | null)[] }>> = {
  cardiff: { taker: 'robin-example', answers: [null, 'Yes', null, 'No'] },
}

/** The pictures of one story in one union, numbered as they are taken. */
export class Album {
  /** How many pictures there are. */
  pictures = 0

  constructor(
    private readonly playground: Playground,
    private readonly size: Size,
    private readonly union: string,
    private readonly story: string,
  ) {}

  /** Somebody of this union's sample staff, at their screen. */
  at(slug: string): Promise<Person> {
    return this.playground.at(`${this.union}-${slug}`, this.size)
  }

  photograph(person: Person, what: string): Promise<void> {
    this.pictures += 1
    return person.photograph(`${this.union}-${this.story}-${String(this.pictures).padStart(2, '0')}-${what}`)
  }

  /** Answers one form after the other until it is on record. */
  async finish(person: Person, what: string, last: string): Promise<void> {
    for (let step = 1; step < 6; step++) {
      await this.photograph(person, `${what}-${step}`)
      await person.fillLast(SAID)
      await person.pressFirstOf(['Go on', last])
      if (!(await person.isAsked())) return this.photograph(person, `${what}-done`)
    }
    throw new Error(`${what} does not end`)
  }

  /** Opens, from the home of somebody, what waits for them about the newest request. */
  async opens(slug: string, what: string): Promise<Person> {
    const person = await this.at(slug)
    await person.say('home')
    await person.openRow(
      /(?:Decision needed|Advice needed|Name somebody|Write the brief|Confirmation needed|Sharing without consent): case/,
    )
    await person.sees('Put away')
    await this.photograph(person, what)
    return person
  }

  /** The request behind the newest card of somebody who has heard of it. */
  async opensNews(person: Person, what: string): Promise<void> {
    await person.press('Open the request')
    await person.sees('Put away')
    await this.photograph(person, what)
  }

  /** From somebody's home to what they do about the newest request, and on record. */
  async does(slug: string, deed: string, last = deed): Promise<Person> {
    const what = deed.toLowerCase().replaceAll(' ', '-')
    const person = await this.opens(slug, `before-${what}`)
    await person.press(deed)
    await this.finish(person, what, last)
    return person
  }

  /** A request for a case of theirs, from the enquiry until it is sent. */
  async requests(slug: string): Promise<Person> {
    const adviser = await this.holds(slug)
    await adviser.press('Share without consent')
    await this.finish(adviser, 'request', 'Send the request')
    return adviser
  }

  /** A case that somebody holds, open before them. */
  async holds(slug: string): Promise<Person> {
    const adviser = await this.at(slug)
    const { taker = slug, answers = [] } = FRONT_DESKS[this.union] ?? {}
    const opener = await this.at(taker)
    await opener.say('home')
    await opener.press('New enquiry')
    await opener.press('Telephone')
    await opener.press('Yes: advice is needed')
    for (const [step, answer] of answers.entries()) {
      await opener.sees(new RegExp(`Step ${step + 1} of 5`))
      await opener.tick()
      if (answer) await opener.choose(answer)
      await opener.press('Go on')
    }
    await opener.type(/^Name/, 'Quinn Invented')
    if (answers.length > 0) await opener.type(/^Student number/, '1234567')
    await opener.type(/^Reason/, 'A letter about a module mark')
    await opener.press('Open the case')
    await opener.pressFirstOf(['Choose who takes it', 'Choose somebody else'])
    await opener.pick(adviser.name)
    await opener.fillLast('')
    await opener.press('Offer the case')
    await adviser.sees('New case for you')
    await adviser.press('Accept case')
    await adviser.press('Open the case')
    await adviser.sees(/Quinn Invented/)
    return adviser
  }
}
