import { request as sendRequest } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { dossierUrl } from '../../bot/dossier-fetch'
import { hashOfToken, newId } from '../../services/platform/ids'
import { breachStoryOf, WORDS_OF_CLIENT } from '../support/breach-story'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { readPdf } from '../support/pdf-text'
import { storyOf } from '../support/story'

let casekeeper: Casekeeper
let breachId: string
let caseId: string
let token: string
beforeAll(async () => {
  casekeeper = await startCasekeeper()
  const ada = actor('Ada')
  const { breaches, policyOf } = casekeeper.bot.services
  caseId = (await heldBy('Ada', 'Robin')).caseId
  breachId = newId()
  const { states, grounds } = policyOf(ada.orgId).breach
  const stated = [...states, ...grounds[0]!.states, 'informed-how'].map((code) => [code, `A heron, ${code}`])
  const request = { id: breachId, caseId, ground: grounds[0]!.id, urgent: false, informed: true, confirmed: true }
  const raised = await breaches.raise(ada, { ...request, states: Object.fromEntries(stated) })
  if (!raised.ok) throw new Error(raised.reason)
})
afterAll(() => casekeeper.stop())

const { actor } = storyOf(() => casekeeper)
const { heldBy } = breachStoryOf(() => casekeeper)

beforeEach(async () => {
  const asked = await casekeeper.bot.services.breaches.askForPrint(actor('Ada'), { breachId })
  if (!asked.ok) throw new Error(asked.reason)
  token = asked.token
})

interface Answer {
  status: number
  headers: Record<string, unknown>
  body: Buffer
}

/** Sends just this, with the path as it is written. */
function ask(path: string, { method = 'GET', headers = {} } = {}): Promise<Answer> {
  const { port } = new URL(casekeeper.bot.url)
  return new Promise((resolve, reject) => {
    const sent = sendRequest({ port, path, method, headers, host: '127.0.0.1' })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const { statusCode: status = 0, headers: heads } = response
      buffer(response).then((body) => resolve({ status, headers: heads, body }), reject)
    })
    sent.end()
  })
}

const SAFE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' }

/** What of an answer could tell one from another. */
const seen = ({ status, headers: { date: _date, ...headers }, body }: Answer) => ({
  status,
  headers,
  body: body.toString(),
})
const NOTHING = expect.objectContaining({ status: 404, body: '', headers: expect.objectContaining(SAFE) })

const isThere = async () =>
  (await casekeeper.mongo.db.collection('printLinks').countDocuments({ _id: hashOfToken(token) as never })) === 1

describe('The link to a dossier', () => {
  test('IMP-50 gives the PDF, to be looked at and kept nowhere, under a name with the reference alone', async () => {
    const answer = await ask(`/dossier/${token}`)
    const found = await casekeeper.bot.services.cases.summary('cardiff', caseId)
    const reference = `${found!.reference.slice(0, 4)}-${found!.reference.slice(4)}`
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        ...SAFE,
        'content-type': 'application/pdf',
        'content-disposition': `inline; filename="dossier-${reference}.pdf"`,
        'content-length': String(answer.body.length),
      },
    })
    expect(answer.body.subarray(0, 5).toString()).toBe('%PDF-')
    const { pages, objects } = readPdf(answer.body)
    expect(pages.join('\n')).toContain('Sasha Madeup')
    expect(objects).not.toMatch(WORDS_OF_CLIENT)
  })

  test('used twice, too late, unknown, malformed: one answer, which says nothing', async () => {
    await ask(`/dossier/${token}`)
    const twice = await ask(`/dossier/${token}`)
    expect(seen(twice)).toEqual(NOTHING)
    const late = await casekeeper.bot.services.breaches.askForPrint(actor('Ada'), { breachId })
    if (!late.ok) throw new Error(late.reason)
    await casekeeper.mongo.db
      .collection('printLinks')
      .updateOne({ _id: hashOfToken(late.token) as never }, { $set: { createdAt: new Date(Date.now() - 121_000) } })
    const wrong = ['A'.repeat(43), '', 'x', 'x/y', '%zz', '%00', '..%2f..', `${token}=`, 'B'.repeat(5_000), late.token]
    for (const each of wrong) expect([each, seen(await ask(`/dossier/${each}`))]).toEqual([each, seen(twice)])
  })

  test('each of them takes the same look at the database, whatever is wrong with the token', async () => {
    await ask(`/dossier/${token}`)
    const kinds = [token, 'A'.repeat(43), 'x', '%zz']
    const times = kinds.map((): number[] => [])
    for (let round = 0; round < 40; round++)
      for (const [index, kind] of kinds.entries()) {
        const began = performance.now()
        await ask(`/dossier/${kind}`)
        times[index]!.push(performance.now() - began)
      }
    const middles = times.map((each) => each.sort((one, other) => one - other)[20]!)
    expect(Math.max(...middles)).toBeLessThan(3 * Math.min(...middles))
  })

  test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
    '%s is refused and uses nothing up',
    async (method) => {
      expect(await ask(`/dossier/${token}`, { method })).toMatchObject({ status: 405, headers: { allow: 'GET' } })
      expect(await isThere()).toBe(true)
    },
  )

  test.each([
    ['Purpose', 'prefetch'],
    ['Sec-Purpose', 'prefetch;prerender'],
    ['X-Purpose', 'preview'],
    ['X-Moz', 'prefetch'],
  ])(
    'a browser that fetches ahead (%s: %s) gets nothing and uses nothing up; the person gets it',
    async (name, value) => {
      expect(seen(await ask(`/dossier/${token}`, { headers: { [name]: value } }))).toEqual(NOTHING)
      expect(await isThere()).toBe(true)
      expect((await ask(`/dossier/${token}`)).status).toBe(200)
    },
  )

  test('of 64 who come at once exactly one gets it', async () => {
    const answers = await Promise.all(Array.from({ length: 64 }, () => ask(`/dossier/${token}`)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(63)
  })

  test('IMP-14 whoever was walled off since they pressed gets what everybody gets who has no link', async () => {
    const walled = (staffIds: string[]) =>
      casekeeper.mongo.db.collection('cases').updateOne({ _id: caseId as never }, { $set: { walled: staffIds } })
    await walled([actor('Ada').staffId])
    expect(seen(await ask(`/dossier/${token}`))).toEqual(NOTHING)
    await walled([])
  })

  test('while nobody can say which roles they hold, nothing is handed out', async () => {
    casekeeper.graph.setFault('checkMemberGroups', { kind: 'status', status: 403 })
    expect(await ask(`/dossier/${token}`)).toMatchObject({ status: 503, headers: SAFE })
    casekeeper.graph.setFault('checkMemberGroups', null)
  })

  test('no log and no record has a token', async () => {
    await ask(`/dossier/${token}`)
    await ask(`/dossier/${token}`)
    expect(casekeeper.logged()).toContain('dossier-fetched')
    expect(casekeeper.logged()).not.toContain(token)
    expect(casekeeper.logged()).not.toMatch(WORDS_OF_CLIENT)
  })

  test.each(['https://casekeeper.example', 'https://casekeeper.example/'])(
    'begins with where %s is found',
    (publicUrl) => {
      expect(dossierUrl(publicUrl, 'x')).toBe('https://casekeeper.example/dossier/x')
    },
  )
})
