import { setTimeout as wait } from 'node:timers/promises'
import { CaseworkError } from './errors'

/** Longer, and a key could be in use five seconds after it was destroyed. */
const VAULT_LIMIT_MS = 4_000
/** One connection that stalls leaves time for another. */
const ATTEMPT_MS = 1_800
const FIRST_PAUSE_MS = 100

/** As Azure's library throws it: an answer with a status, or no answer and the system's code. */
interface VaultFailure {
  name?: string
  code?: unknown
  statusCode?: unknown
  response?: { headers?: { get(name: string): string | undefined } }
  details?: { error?: { innerError?: { code?: unknown }; innererror?: { code?: unknown } } }
}

/**
 * Asks the vault, again where that may help, and gives up when the time is over. Every call that is made so may be
 * repeated: wrapping, unwrapping and looking up change nothing in the vault.
 *
 * @param limitMs for everything together, in milliseconds
 * @throws CaseworkError 'key-vault-away' when no answer came in time or the vault was too busy; 'key-vault-no-token'
 * when Entra gave none; 'key-vault-refused' when the vault or its policy says no; 'key-disabled'; 'key-not-held' when the
 * vault has no such key or version (any more); 'wrapped-key-unreadable' when it cannot make sense of what was wrapped
 */
export async function askVault<Answer>(
  call: (signal: AbortSignal) => Promise<Answer>,
  limitMs = VAULT_LIMIT_MS,
): Promise<Answer> {
  const until = performance.now() + limitMs
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    try {
      return await inTime(call, Math.min(ATTEMPT_MS, until - performance.now()))
    } catch (failure) {
      const fault = faultOf(failure as VaultFailure)
      const rest = until - performance.now()
      const asked = retryAfterMs(failure as VaultFailure) ?? pause
      // The cause is dropped: it holds the request, and with it the key and the token.
      if (fault.code !== 'key-vault-away' || asked >= rest) throw fault
      await wait(asked)
    }
  }
}

async function inTime<Answer>(call: (signal: AbortSignal) => Promise<Answer>, limitMs: number): Promise<Answer> {
  const ended = new AbortController()
  const timer = setTimeout(() => ended.abort(), limitMs)
  const tooLate = new Promise<never>((_, reject) => {
    ended.signal.addEventListener('abort', () => reject(new CaseworkError('key-vault-away', { code: 'timeout' })))
  })
  try {
    // Raced, because not everything below listens to the signal.
    return await Promise.race([call(ended.signal), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

const NOT_SIGNED_IN = ['AuthenticationError', 'AuthenticationRequiredError', 'CredentialUnavailableError']

function faultOf(failure: VaultFailure): CaseworkError {
  if (failure instanceof CaseworkError) return failure
  const { name = '', statusCode: status, code } = failure
  if (NOT_SIGNED_IN.includes(name)) return new CaseworkError('key-vault-no-token')
  if (typeof status !== 'number') {
    const known = name === 'RestError' || name === 'AbortError'
    const info = { code: typeof code === 'string' ? code : 'network' }
    return known ? new CaseworkError('key-vault-away', info) : new CaseworkError('key-vault-refused', info)
  }
  if (status === 404) return new CaseworkError('key-not-held', { status })
  if (status === 408 || status === 429 || status >= 500) return new CaseworkError('key-vault-away', { status })
  const { error } = failure.details ?? {}
  const inner = error?.innerError?.code ?? error?.innererror?.code
  if (inner === 'KeyDisabled') return new CaseworkError('key-disabled', { status })
  if (status === 400) return new CaseworkError('wrapped-key-unreadable', { status })
  return new CaseworkError('key-vault-refused', { status })
}

function retryAfterMs({ response }: VaultFailure): number | undefined {
  const seconds = Number(response?.headers?.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined
}
