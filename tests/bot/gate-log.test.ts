import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { createRefusalLog } from '../../bot/gate-log'
import { createLogger } from '../../services/platform/logger'

function startLog(summaryEveryMs: number) {
  const lines: string[] = []
  const log = createLogger('info', { write: (line) => lines.push(line) })
  const counted = () => lines.map((line) => JSON.parse(line)).map(({ reason, count }) => [reason, count])
  return { refused: createRefusalLog(log, summaryEveryMs), counted }
}

test('of a stranger’s refusals the log has one line for each reason, and later the count of the others', async () => {
  const { refused, counted } = startLog(300)
  for (let sent = 0; sent < 5; sent++) refused('token-malformed', 401, undefined)
  refused('key-unknown', 401, undefined)
  expect(counted()).toEqual([
    ['token-malformed', 1],
    ['key-unknown', 1],
  ])
  await wait(350)
  refused('token-malformed', 401, undefined)
  refused('token-malformed', 401, undefined)
  expect(counted().slice(2)).toEqual([['token-malformed', 5]])
})

test('refusals of those who have a union’s token are neither counted together nor left out', () => {
  const { refused, counted } = startLog(60_000)
  refused('tenant-wrong', 403, 'north')
  refused('tenant-wrong', 403, 'north')
  refused('tenant-wrong', 403, undefined)
  expect(counted()).toEqual([
    ['tenant-wrong', undefined],
    ['tenant-wrong', undefined],
    ['tenant-wrong', 1],
  ])
})
