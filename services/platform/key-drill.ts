import { setTimeout as wait } from 'node:timers/promises'
import { CaseworkError } from './errors'
import type { KeyProvider } from './key-encryption-key'
import { createKeyring } from './keyring'
import type { Mongo } from './mongo'

const LOOK_EVERY_MS = 50
const LIMIT_MS = 5_000

/**
 * Makes a data key, lets a keyring on each connection open it, destroys it by the first, and waits until none opens it.
 *
 * @returns milliseconds from the destruction until the last refusal
 * @throws CaseworkError 'key-not-forgotten' when one still opens it after five seconds
 */
export async function destroyDrill(mongos: readonly Mongo[], provider: KeyProvider, orgId: string): Promise<number> {
  const keyrings = mongos.map((mongo) => ({ keyring: createKeyring(mongo, provider), scope: mongo.forOrg(orgId) }))
  const [{ keyring: first, scope }] = keyrings as [(typeof keyrings)[number]]
  const { id } = await first.create(scope)
  const opens = async () => {
    const answers = await Promise.all(
      keyrings.map(({ keyring, scope }) => keyring.open(scope, id).then(() => true, refusedAsDestroyed)),
    )
    return answers.includes(true)
  }
  await opens()
  await first.destroy(scope, id)
  const destroyedAt = performance.now()
  while (await opens()) {
    if (performance.now() - destroyedAt > LIMIT_MS) throw new CaseworkError('key-not-forgotten', { keyId: id })
    await wait(LOOK_EVERY_MS)
  }
  return performance.now() - destroyedAt
}

function refusedAsDestroyed(fault: unknown): false {
  if (fault instanceof CaseworkError && fault.code === 'key-destroyed') return false
  throw fault
}
