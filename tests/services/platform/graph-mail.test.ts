import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { GraphSimulator, SimulatedFault } from '../../../bot/dev/graph-simulator'
import { createGraph, type Graph } from '../../../services/platform/graph'
import { bearer, caught, mail, mailbox, SHORT_MS, startGraph } from '../../support/graph-world'

let simulator: GraphSimulator
let graph: Graph

beforeEach(async () => {
  ;({ simulator, graph } = await startGraph())
})

afterEach(() => simulator.stop())

describe('mail', () => {
  test('leaves as plain text to one person, with the key in a header', async () => {
    await graph.sendMail(mailbox, mail)
    expect(simulator.sentMail()).toEqual([
      {
        at: expect.any(String),
        from: mailbox,
        to: [mail.to],
        subject: mail.subject,
        body: mail.body,
        headers: { 'x-casekeeper-key': mail.key },
      },
    ])
    expect(simulator.requests()[0]!.body).toMatchObject({ saveToSentItems: false })
  })

  const inAMinute = new Date(Date.now() + 60_000).toUTCString()
  const notSent: [string, SimulatedFault, string, object][] = [
    ['400', { kind: 'status', status: 400, code: 'ErrorInvalidRecipients' }, 'graph-refused', { status: 400 }],
    ['401', { kind: 'status', status: 401 }, 'graph-refused', { code: 'InvalidAuthenticationToken' }],
    ['403', { kind: 'status', status: 403, code: 'ErrorAccessDenied' }, 'graph-refused', { code: 'ErrorAccessDenied' }],
    ['404', { kind: 'status', status: 404, code: 'ErrorInvalidUser' }, 'graph-refused', { code: 'ErrorInvalidUser' }],
    ['a redirect', { kind: 'redirect', to: 'http://127.0.0.1:9/' }, 'graph-refused', { status: 307 }],
    ['429 and a wait', { kind: 'status', status: 429, retryAfter: '7' }, 'graph-throttled', { retryAfterSeconds: 7 }],
    [
      '429 without JSON and a wait',
      { kind: 'status', status: 429, retryAfter: '7', empty: true },
      'graph-throttled',
      { code: 'unexpected-answer', retryAfterSeconds: 7 },
    ],
    ['429 without a wait', { kind: 'status', status: 429 }, 'graph-throttled', { code: 'TooManyRequests' }],
  ]
  test.each(notSent)('answered with %s has not left and may be sent again', async (_, fault, code, info) => {
    simulator.setFault('sendMail', fault)
    await expect(graph.sendMail(mailbox, mail)).rejects.toMatchObject({ code, info: { sent: 'no', ...info } })
    expect(simulator.requests()).toHaveLength(1)
    expect(simulator.sentMail()).toEqual([])
  })

  test('answered with 429 and a date says how many seconds to wait', async () => {
    simulator.setFault('sendMail', { kind: 'status', status: 429, retryAfter: inAMinute })
    const { info } = (await caught(graph.sendMail(mailbox, mail))) as { info: { retryAfterSeconds: number } }
    expect(info.retryAfterSeconds).toBeGreaterThan(10)
    expect(info.retryAfterSeconds).toBeLessThanOrEqual(60)
  })

  test('that found no connection has not left', async () => {
    await simulator.stop()
    await expect(graph.sendMail(mailbox, mail)).rejects.toMatchObject({
      code: 'graph-unavailable',
      info: { status: 0, code: 'ECONNREFUSED', sent: 'no' },
    })
  })

  test('without a token has not left, and Graph is not asked', async () => {
    const broken = createGraph({ baseUrl: simulator.url, token: () => Promise.reject(new Error('secret text')) })
    const fault = await caught(broken.sendMail(mailbox, mail))
    expect(fault).toMatchObject({ code: 'graph-unavailable', info: { code: 'no-token', sent: 'no' } })
    expect(inspect(fault)).not.toContain('secret text')
    expect(simulator.requests()).toEqual([])
  })

  test('whose token never comes has not left, and is given up in time', async () => {
    const waiting = createGraph({ baseUrl: simulator.url, token: () => new Promise(() => undefined) })
    await expect(waiting.sendMail(mailbox, mail, SHORT_MS)).rejects.toMatchObject({
      code: 'graph-unavailable',
      info: { code: 'timeout', sent: 'no' },
    })
  })

  const perhapsSent: [string, SimulatedFault, object, number][] = [
    ['408', { kind: 'status', status: 408 }, { status: 408 }, 0],
    ['500', { kind: 'status', status: 500 }, { status: 500 }, 0],
    ['502', { kind: 'status', status: 502 }, { status: 502 }, 0],
    [
      '503 and a wait',
      { kind: 'status', status: 503, retryAfter: '2' },
      { code: 'ServiceUnavailable', retryAfterSeconds: 2 },
      0,
    ],
    ['503 without content', { kind: 'status', status: 503, empty: true }, { code: 'unexpected-answer' }, 0],
    ['503 after leaving', { kind: 'status', status: 503, commit: true }, { status: 503 }, 1],
    ['504 after leaving', { kind: 'status', status: 504, commit: true }, { status: 504 }, 1],
    ['a broken connection', { kind: 'reset' }, { status: 0 }, 0],
    ['a broken connection after leaving', { kind: 'reset', commit: true }, { status: 0 }, 1],
    ['silence', { kind: 'slow', ms: 20_000 }, { status: 0, code: 'timeout' }, 0],
  ]
  test.each(perhapsSent)('answered with %s is uncertain, and is not sent twice', async (_, fault, info, left) => {
    simulator.setFault('sendMail', fault)
    await expect(graph.sendMail(mailbox, mail, fault.kind === 'slow' ? SHORT_MS : undefined)).rejects.toMatchObject({
      code: 'graph-uncertain',
      info: { sent: 'unknown', ...info },
    })
    expect(simulator.requests()).toHaveLength(1)
    expect(simulator.sentMail()).toHaveLength(left)
  })

  test('that failed leaves no word, address or token of it in the fault', async () => {
    const fault = await caught(graph.sendMail('nobody@union.example', mail))
    expect(fault).toMatchObject({ code: 'graph-refused', info: { status: 404, requestId: expect.any(String) } })
    const shown = inspect(fault, { depth: 10, showHidden: true })
    for (const word of ['nobody', 'ada@', 'Private', mail.key, bearer]) {
      expect(shown).not.toContain(word)
    }
  })
})
