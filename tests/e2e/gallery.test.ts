import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Album } from '../support/album'
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
    const album = new Album(playground, size, union, 'yes')
    await album.requests(requester)
    for (const [slug, deed, last] of path) await album.does(slug, deed, last)
    for (const [what, title] of AFTERWARDS) {
      const adviser = await album.opens(requester, `before-${what}`)
      if (await adviser.pressIfThere(title)) await album.finish(adviser, what, '')
    }
    expect(album.pictures).toBeGreaterThan(10)
  })
})
