import { expect, test } from '@jest/globals'
import { ACTIONS } from '../../../bot/actions'
import { newId } from '../../../services/platform/ids'

const accept = (version: unknown) => ACTIONS['allocation.accept']!.input.safeParse({ allocationId: newId(), version })

test.each([1, '1', 27, '27'])('IMP-10 %j is the version that a card showed', (version) => {
  expect(accept(version)).toMatchObject({ success: true, data: { version: Number(version) } })
})

const WRONG: { version: unknown }[] = [
  ...[0, '0', -1, '-1', 1.5, '1.5', ' 1', '1e3', '', true, null, undefined, {}, Number.NaN],
  ...[[1], ['1'], [[1]], { valueOf: 1 }, '99999999999999999999'],
].map((version) => ({ version }))

test.each(WRONG)('IMP-10 %j is none, whatever it could be taken for', ({ version }) => {
  expect(accept(version).success).toBe(false)
})
