import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { buttonsOf, type SeenCard } from '../../bot/dev/pretend-teams'
import { readSampleUnions } from '../../bot/dev/sample-staff'
import type { AuditEntry } from '../../services/audit/audit.types'
import { parseProfile } from '../../services/policy/policy.service'
import cardiff from '../../services/policy/profiles/cardiff.json'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { buttonWith, CALLER, storyOf, words } from '../support/story'

/** The union as it is, with somebody beside it who looks after the machines and may look at the audit, and no more. */
const profile = parseProfile({
  ...structuredClone(cardiff),
  access: {
    roles: {
      ...cardiff.access.roles,
      sysadmin: { title: 'Machines', permissions: ['audit.read'], home: ['audit'] },
    },
  },
})

let casekeeper: Casekeeper
beforeAll(async () => {
  const union = readSampleUnions().find(({ organisation }) => organisation.orgId === 'cardiff')
  const lee = union!.personas.find(({ name }) => name.startsWith('Lee'))!
  const group = '7c6f3f5e-53f0-4f0a-9a51-0d4b0a5f8e11'
  const organisation = { ...union!.organisation, roles: { ...union!.organisation.roles, sysadmin: [group] } }
  const directory = { ...union!.directory, groups: [...union!.directory.groups, { id: group, members: [lee.id] }] }
  const changed = { ...union!, organisation, directory } as typeof union
  casekeeper = await startCasekeeper(undefined, { unions: [changed!], profiles: new Map([['cardiff', profile]]) })
})
afterAll(() => casekeeper.stop())

const { say, press, offer, newest, person } = storyOf(() => casekeeper)

const NAMES = /Quinn|Invented|1234567|module mark|appeal form|Robin|\bAda\b|\bBo\b|Cleo|Morgan|Jules/
const entriesOf = (name: string) =>
  casekeeper.mongo.db
    .collection<AuditEntry>('audit')
    .find({ actor: person(name).id })
    .sort({ recordedAt: 1 })
    .toArray()
const events = async (name: string) => (await entriesOf(name)).map(({ event }) => event)

let reference = ''
let caseId = ''
/** A case with a note in it, and somebody who was refused it. */
async function story(): Promise<void> {
  if (reference) return
  const { asked } = await offer()
  const accepted = await press(asked, newest(asked), 'Accept case')
  reference = /Case (\S+)/.exec(words(accepted))![1]!
  const form = await press(asked, await press(asked, accepted, 'Open the case'), 'Add a note')
  await press(asked, form, 'Save', { text: 'Explained the appeal form.' })
  await say('Robin', `case ${reference}`)
  caseId = (await casekeeper.mongo.db.collection<{ _id: string }>('cases').findOne())!._id
}

const auditOf = async (name: string): Promise<SeenCard> => {
  const form = await press(name, await say(name, 'audit'), 'Of one case')
  return press(name, form, 'Show', { reference })
}

test('IMP-19 the manager sees who did and read what in a case: ids, codes and times, newest first, and no name', async () => {
  await story()
  const shell = await say('Morgan', 'audit')
  expect(words(shell)).not.toMatch(/case-viewed/)
  const seen = words(await auditOf('Morgan'))
  expect(seen).toContain(`Entries of case:${caseId}`)
  for (const event of ['case-opened', 'allocation-accepted', 'contact-recorded', 'case-viewed'])
    expect(seen).toContain(event)
  expect(seen).toMatch(/24 Nov 2026, \d\d:\d\d: case-viewed/)
  expect(seen).not.toMatch(NAMES)
  expect(seen).not.toContain(CALLER.name)
})

test('IMP-20 that the manager looks is recorded before anything is shown', async () => {
  await story()
  const before = (await events('Morgan')).length
  const seen = await auditOf('Morgan')
  const added = (await entriesOf('Morgan')).slice(before)
  expect(added.map(({ event }) => event)).toEqual(['case-viewed', 'audit-read'])
  expect(added.at(-1)!.codes).toMatchObject({ about: `case:${caseId}` })
  expect(words(seen)).not.toContain('audit-read')
  const own = await press('Morgan', seen, 'Audit').then((shell) => press('Morgan', shell, 'Newest refusals'))
  expect(words(own)).toContain('case-viewed refused, no-longer-theirs')
})

test('IMP-19 the newest refusals of everybody stand on one card, page by page, and each leads to its chain', async () => {
  await story()
  for (let nth = 0; nth < 18; nth++) await say('Jules', `case ${reference}`)
  let card = await press('Morgan', await say('Morgan', 'audit'), 'Newest refusals')
  const rows = () =>
    words(card)
      .split('\n')
      .filter((line) => line.includes('refused,'))
  expect(rows()).toHaveLength(15)
  expect(words(card)).toContain(`person ${person('Jules').id}`)
  expect(words(card)).not.toMatch(NAMES)
  card = await press('Morgan', card, 'Older entries')
  expect(rows().length).toBeGreaterThanOrEqual(4)
  expect(buttonsOf(card.card).map(({ title }) => title)).not.toContain('Older entries')
  const chain = await press('Morgan', card, buttonWith(card, 'case-viewed refused'))
  expect(words(chain)).toContain('Entries of staff:')
})

test('IMP-20 somebody who looks after the machines sees codes and no content, and nobody without a role sees anything', async () => {
  await story()
  const refusals = await press('Lee', await say('Lee', 'audit'), 'Newest refusals')
  expect(words(refusals)).toContain('refused,')
  const chain = await press('Lee', refusals, buttonWith(refusals, 'case-viewed refused'))
  for (const card of [refusals, chain]) expect(JSON.stringify(card.card)).not.toMatch(NAMES)
  expect(words(await auditOf('Lee'))).toMatch(/no case here that you can open/)
  expect(words(await say('Lee', `case ${reference}`))).toMatch(/no case here that you can open/)
  expect((await events('Lee')).filter((event) => event === 'audit-read')).toHaveLength(2)
})

test('IMP-20 nobody else gets to see it, by word or by a button of somebody else, and each try is recorded', async () => {
  await story()
  for (const name of ['Robin', 'Ada', 'Sam']) {
    expect(words(await say(name, 'audit'))).toMatch(/not possible/)
    for (const [verb, data] of [
      ['audit.refusals', {}],
      ['audit.entries', { subject: `case:${caseId}`, upTo: 9 }],
      ['audit.case', {}],
    ] as const) {
      const value = { action: { type: 'Action.Execute', verb, data } }
      const { body } = await casekeeper.teams.send(person(name), { type: 'invoke', name: 'adaptiveCard/action', value })
      expect(JSON.stringify(body)).not.toMatch(/case-viewed|access-refused/)
    }
    expect((await entriesOf(name)).slice(-4).map(({ outcome, reason }) => [outcome, reason])).toEqual(
      Array.from({ length: 4 }, () => ['refused', 'no-permission']),
    )
  }
})

test('IMP-20 nothing of the audit stays in the chat', async () => {
  await auditOf('Morgan')
  expect(casekeeper.teams.everything().join()).not.toMatch(/case-viewed|audit-read|Entries of/)
})

test('IMP-14 IMP-15 whoever is walled off from a case finds nothing of it in the audit, in the same words as where there is nothing', async () => {
  await story()
  await casekeeper.mongo.db.collection<{ _id: string }>('cases').updateOne(
    { _id: caseId },
    {
      $set: { walled: [person('Morgan').id] },
    },
  )
  const open = (subject: string) => {
    const value = { action: { type: 'Action.Execute', verb: 'audit.entries', data: { subject, upTo: 99 } } }
    return casekeeper.teams.send(person('Morgan'), { type: 'invoke', name: 'adaptiveCard/action', value })
  }
  const withoutCode = ({ body }: { body: unknown }) => JSON.stringify(body).replaceAll(/code [0-9A-Z]{6}/g, 'code')
  const walled = withoutCode(await open(`case:${caseId}`))
  expect(walled).toBe(withoutCode(await open(`case:${crypto.randomUUID()}`)))
  expect(walled).toMatch(/no case here that you can open/)
  const refusals = await press('Morgan', await say('Morgan', 'audit'), 'Newest refusals')
  expect(words(refusals)).not.toContain(caseId)
})

test('IMP-19 everything that was done and read here stands in whole chains, and under a checkpoint outside the database', async () => {
  const found = await casekeeper.bot.services.audit.verify('cardiff')
  expect(found).toMatchObject({ broken: [], brokenCheckpoint: null, rolledBack: false })
  await casekeeper.mongo.db.collection('checkpoints').updateMany({}, { $set: { dueAt: new Date(0) } })
  await casekeeper.bot.services.checkpoints!.keepUp()
  const file = readFileSync(join(dirname(casekeeper.keyFile), 'checkpoints.jsonl'), 'utf8')
  expect(file).toContain(`case:${caseId}`)
  expect(file).not.toMatch(NAMES)
  const ready = await fetch(`${casekeeper.bot.url}/ready`)
  expect([ready.status, await ready.json()]).toEqual([200, { ok: true, checkpointsLate: false }])

  await casekeeper.mongo.db.collection('audit').deleteMany({ subject: `case:${caseId}` })
  await casekeeper.mongo.db.collection('auditHeads').deleteMany({ subject: `case:${caseId}` })
  const { broken } = await casekeeper.bot.services.audit.verify('cardiff')
  expect(broken).toEqual([{ subject: `case:${caseId}`, seq: 1 }])
})
