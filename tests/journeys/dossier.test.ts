import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { buttonsOf, type SeenCard } from '../../bot/dev/pretend-teams'
import { breachStoryOf, RECIPIENT, SAID, WORDS_OF_CLIENT } from '../support/breach-story'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { readPdf } from '../support/pdf-text'
import { everythingKept, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { press, actor, newest } = storyOf(() => casekeeper)
const { heldBy, raise, opened, does } = breachStoryOf(() => casekeeper)
const titles = ({ card }: SeenCard) => buttonsOf(card).map(({ title }) => title)
const tokens: string[] = []

/** Where the link of a card leads. */
function linkOn(seen: SeenCard): string {
  const address = /"url":"([^"]+)"/.exec(JSON.stringify(seen.card))![1]!
  tokens.push(address.split('/').at(-1)!)
  return address
}

async function read(address: string) {
  const response = await fetch(address)
  const pdf = Buffer.from(await response.arrayBuffer())
  return { status: response.status, pages: response.ok ? readPdf(pdf).pages : [], size: pdf.length }
}

let case_: { caseId: string; reference: string }

test('WOR-24 WOR-27 R9 whoever holds the case has the whole record of the request printed, once a link', async () => {
  case_ = await heldBy('Rowan')
  await raise('Rowan', case_.reference, 'threat-to-life')
  await does('Marlowe', 'Decide', 'Yes')
  await does('Marlowe', 'Write the brief')
  const brief = await opened('Sage')
  expect(titles(brief)).not.toContain('Print the dossier')
  await does('Sage', 'Decide', 'Yes')
  await does('Rowan', 'was told')
  await does('Rowan', 'Record what was shared')
  await does('Rowan', 'Action carried out', undefined, { choice: '0' })
  await does('Rowan', 'Write the report')
  await does('Rowan', 'Finish')

  const request = await opened('Rowan')
  expect(titles(request)).toContain('Print the dossier')
  const link = await press('Rowan', request, 'Print the dossier')
  expect(words(link)).toContain(`The dossier of case ${case_.reference} can be opened`)
  const address = linkOn(link)
  const first = await read(address)
  expect(first.status).toBe(200)
  const text = first.pages.join('\n')
  for (const part of [
    ...[`Share without consent, case ${case_.reference}`, 'Sasha Madeup', SAID, RECIPIENT, 'Telephone the doctor'],
    ...['Answered yes', 'Sage', 'Marlowe', 'Action 1, carried out', 'The report', 'Finished'],
  ])
    expect(text).toContain(part)
  for (const page of first.pages)
    expect(page).toContain(`Confidential. Case ${case_.reference}. Printed by ${actor('Rowan').displayName}`)
  expect(await read(address)).toEqual({ status: 404, pages: [], size: 0 })
})

test('at every step of the request the card has room for it, and for everything that can be done', async () => {
  const { reference } = await heldBy('Rowan')
  await raise('Rowan', reference, 'threat-to-life')
  expect(titles(await opened('Rowan'))).toEqual(['Take the request back', 'Print the dossier', 'Put away'])
  await does('Marlowe', 'Decide', 'Yes')
  await does('Marlowe', 'Write the brief')
  await does('Sage', 'Decide', 'Yes')
  const rest = ['Action carried out', 'Write the report', 'The facts have changed', 'Print the dossier', 'Put away']
  expect(titles(await opened('Rowan'))).toEqual(['The client was told', ...rest])
  await does('Rowan', 'was told')
  expect(titles(await opened('Rowan'))).toEqual(['Record what was shared', ...rest])
})

test('IMP-14 who is walled off after they pressed gets nothing, and no print is on record', async () => {
  const link = await press('Rowan', await opened('Rowan'), 'Print the dossier')
  await casekeeper.mongo.db.collection('cases').updateMany({}, { $set: { walled: [actor('Rowan').staffId] } })
  expect(await read(linkOn(link))).toEqual({ status: 404, pages: [], size: 0 })
  const before = newest('Rowan')
  const refused = await press('Rowan', before, 'Open the request').catch(() => before)
  expect(words(refused)).not.toMatch(WORDS_OF_CLIENT)
})

test('IMP-20 IMP-22 the audit has who printed what and when; nothing posted, stored or logged has the link or a word of it', async () => {
  const { db } = casekeeper.mongo
  const printed = await db.collection('audit').find({ event: 'breach-printed', outcome: 'done' }).toArray()
  const rowan = actor('Rowan').staffId
  expect(printed).toMatchObject([
    { actor: rowan, subject: `case:${case_.caseId}`, codes: { reference: case_.reference.replace('-', '') } },
  ])
  const all = await everythingKept(casekeeper)
  expect(all).not.toMatch(WORDS_OF_CLIENT)
  expect(all).not.toMatch(/heron|emergency doctor/)
  expect(tokens).toHaveLength(2)
  for (const token of tokens) expect(all).not.toContain(token)
  expect((await casekeeper.bot.services.audit.verify('worcester')).broken).toEqual([])
})
