import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { storyOf, words } from '../support/story'

const CANARIES = 100

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, script, newest, person } = storyOf(() => casekeeper)

/** Marked texts that occur nowhere else, some of them built to break things. */
const SHAPES = [
  (mark: string) => `Canary${mark} Sparrow`,
  (mark: string) => `**Canary${mark}** [link](https://evil.example)`,
  (mark: string) => `\${Canary${mark}} \`tick\``,
  (mark: string) => `Canary${mark} 🐤 \u202Eאבג`,
  (mark: string) => `<at>Canary${mark}</at> {"$ne": null}`,
]

const canary = (index: number, kind: string) => SHAPES[index % SHAPES.length]!(`${kind}${index}Z`)
const numberOf = (index: number) => String(8_640_000 + index)

/** Every stored byte and letter, sealed fields included, as somebody with the raw database would read it. */
async function rawDump(): Promise<string> {
  const { db, keysDb } = casekeeper.mongo
  const readable = (_name: string, value: unknown) =>
    Buffer.isBuffer(value) || value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value
  const parts: string[] = []
  for (const database of [db, keysDb])
    for (const { name } of await database.listCollections().toArray())
      for (const record of await database.collection(name).find({}, { promoteBuffers: false }).toArray()) {
        const plain = Object.fromEntries(Object.entries(record).map(([field, value]) => [field, bytesOf(value)]))
        parts.push(JSON.stringify(plain, readable))
      }
  return parts.join('\n')
}

/** Binary fields as text, however deep they lie. */
function bytesOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if ('sub_type' in value && 'buffer' in value) return Buffer.from(value.buffer as Uint8Array).toString('latin1')
  if (Array.isArray(value)) return value.map(bytesOf)
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, bytesOf(inner)]))
}

test(`IMP-22 CAR-05 ${CANARIES} marked names, numbers and notes pushed through the story, mistakes included, leak nowhere`, async () => {
  let shown = ''
  for (let index = 0; index < CANARIES; index++) {
    const details = { name: canary(index, 'name'), number: numberOf(index), reason: canary(index, 'reason') }
    let card = await script(index % 2 === 0 ? 'yes' : 'no')
    if (index % 5 === 0)
      card = await press('Robin', card, 'Open the case', { ...details, number: canary(index, 'slip') })
    card = await press('Robin', card, 'Open the case', details)
    shown += words(card)
    const asked = /(\S+) \S+ is next on the rota/.exec(words(card))?.[1] ?? ''
    if (!asked) continue
    await press('Robin', card, 'Offer the case', { urgent: 'false' })
    await casekeeper.bot.worker.drain()
    const accepted = await press(asked, newest(asked), 'Accept case')
    const file = await press(asked, accepted, 'Open the case')
    const form = await press(asked, file, 'Add a note')
    const mistake = await press(asked, form, 'Save', { text: '' })
    await press(asked, mistake, 'Save', { text: canary(index, 'note') })
    if (index % 10 === 0) {
      await say('Robin', `find ${details.number} ${details.name}`)
      await say('Ada', canary(index, 'typed'))
      const value = { action: { type: 'Action.Execute', verb: canary(index, 'verb'), data: { name: details.name } } }
      await casekeeper.teams.send(person('Robin'), { type: 'invoke', name: 'adaptiveCard/action', value })
    }
  }
  expect(shown).toContain('Canary')
  await casekeeper.bot.worker.drain()
  const surfaces = {
    posted: casekeeper.teams.everything().join('\n'),
    log: casekeeper.logged(),
    mail: JSON.stringify(casekeeper.graph.sentMail()),
    database: await rawDump(),
  }
  expect(surfaces.posted.length).toBeGreaterThan(100_000)
  expect(surfaces.database.length).toBeGreaterThan(100_000)
  for (const [surface, text] of Object.entries(surfaces))
    expect({ surface, found: text.match(/Canary\w*|86400\d\d|Sparrow/i)?.[0] ?? null }).toEqual({
      surface,
      found: null,
    })
  expect((await casekeeper.bot.services.audit.verify('cardiff')).broken).toEqual([])
}, 120_000)
