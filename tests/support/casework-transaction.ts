import type { Clock } from '../../services/platform/clock'
import { createTransaction } from '../../services/platform/transaction'
import { readProfile } from '../../services/policy/policy.service'
import { WEDNESDAY } from './records'
import type { TestMongo } from './test-mongo'

const policy = readProfile('cardiff')

/** Transactions on a real database by a sample union's profile, at a fixed business time, and how many have queued something. */
export function transactionsOn({ mongo, keyring }: Pick<TestMongo, 'mongo' | 'keyring'>, now = WEDNESDAY) {
  let queued = 0
  const clock: Clock = { now: () => now }
  const onQueued = () => {
    queued += 1
  }
  const transaction = createTransaction({ mongo, keyring, clock, policyOf: () => policy, onQueued })
  return { transaction, queued: () => queued }
}
