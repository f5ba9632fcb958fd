import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person, Size } from '../support/person'
import { type Playground, startPlayground } from '../support/playground'

let playground: Playground
beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground?.stop())

interface Chain {
  union: string
  requester: string
  /** Who does what about it up to the authorisation, and the button that says so. */
  path: readonly (readonly [slug: string, deed: string, last?: string])[]
}

const CHAINS: readonly Chain[] = [
  { union: 'cardiff', requester: 'ada-sample', path: [['morgan-fiction', 'Decide', 'Yes: share']] },
  {
    union: 'worcester',
    requester: 'rowan-example',
    path: [
      ['marlowe-fiction', 'Decide', 'Yes: share'],
      ['marlowe-fiction', 'Write the brief'],
      ['sage-prototype', 'Decide', 'Yes: share'],
    ],
  },
  { union: 'londonmet', requester: 'avery-example', path: [['sutton-prototype', 'Decide', 'Yes: share']] },
  {
    union: 'cambridge',
    requester: 'wren-example',
    path: [
      ['emery-sample', 'Give advice', 'I advise to share'],
      ['wren-example', 'Decide', 'Yes: share'],
    ],
  },
  { union: 'lancaster', requester: 'kit-example', path: [['reese-fiction', 'Decide', 'Yes: share']] },
]

const SAID = 'They are in danger today, and nobody else is with them.'
const AFTERWARDS = [
  ['told', /was told$/],
  ['shared', /^Record what was shared$/],
  ['action', /^Action carried out$/],
  ['report', /^Write the report$/],
  ['finish', /^Finish$/],
] as const

/** Every card of every chain, as pictures: for looking at, not for every run. */
describe.each(['desktop', 'phone'] as const)('Every card of a request to share without consent, %s', (size) => {
  test.each(CHAINS)('$union', async ({ union, requester, path }) => {
    const open = new Map<string, Person>()
    let pictures = 0
    const at = async (slug: string): Promise<Person> => {
      const known = open.get(slug) ?? (await playground.open(`${union}-${slug}`, size))
      open.set(slug, known)
      return known
    }
    const photograph = (person: Person, what: string) => {
      pictures += 1
      return person.photograph(`${union}-${String(pictures).padStart(2, '0')}-${what}`)
    }
    /** Answers one form after the other until it is on record. */
    const finish = async (person: Person, what: string, last: string) => {
      for (let step = 1; step < 6; step++) {
        await photograph(person, `${what}-${step}`)
        await person.fillLast(SAID)
        await person.pressFirstOf(['Go on', last])
        if (await person.reads(/: on record|is sent/, 2)) return photograph(person, `${what}-done`)
      }
    }

    const adviser = await at(requester)
    await opened(adviser, union, size, playground)
    await adviser.press('Share without consent')
    await finish(adviser, 'request', 'Send the request')
    for (const [slug, deed, last] of path) {
      const person = await at(slug)
      await person.say('home')
      await person.openRow(/(?:Decision needed|Advice needed|Write the brief): case/)
      await person.sees('Put away')
      await photograph(person, 'request-open')
      await person.press(deed)
      await finish(person, deed.toLowerCase().replaceAll(' ', '-'), last ?? deed)
    }
    for (const [what, title] of AFTERWARDS) {
      await adviser.say('home')
      await adviser.openRow(/Sharing without consent: case/)
      await adviser.sees('Put away')
      await photograph(adviser, `before-${what}`)
      if (await adviser.pressIfThere(title)) await finish(adviser, what, '')
    }
    expect(pictures).toBeGreaterThan(10)
  })
})

/** A case that this person holds: where somebody else takes the enquiry, as they do. */
async function opened(adviser: Person, union: string, size: Size, playground: Playground): Promise<void> {
  if (union !== 'cardiff') {
    await adviser.press('New enquiry')
    await adviser.press('Telephone')
    await adviser.press('Yes: advice is needed')
    await adviser.type(/^Name/, 'Quinn Invented')
    await adviser.type(/^Reason/, 'A letter about a module mark')
    await adviser.press('Open the case')
    await adviser.press('Choose who takes it')
    await adviser.pick(adviser.name)
    await adviser.fillLast('')
    await adviser.press('Offer the case')
  } else {
    const assistant = await playground.open('cardiff-robin-example', size)
    await assistant.press('New enquiry')
    await assistant.press('Telephone')
    await assistant.press('Yes: advice is needed')
    for (const [step, answer] of [null, 'Yes', null, 'No'].entries()) {
      await assistant.sees(new RegExp(`Step ${step + 1} of 5`))
      await assistant.tick()
      if (answer) await assistant.choose(answer)
      await assistant.press('Go on')
    }
    await assistant.type(/^Name/, 'Quinn Invented')
    await assistant.type(/^Student number/, '1234567')
    await assistant.type(/^Reason/, 'A letter about a module mark')
    await assistant.press('Open the case')
    await assistant.press('Choose somebody else')
    await assistant.pick(adviser.name)
    await assistant.fillLast('')
    await assistant.press('Offer the case')
  }
  await adviser.sees('New case for you')
  await adviser.press('Accept case')
  await adviser.press('Open the case')
  await adviser.sees(/Quinn Invented/)
}
