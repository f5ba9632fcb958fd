interface NetworkFailure {
  code?: unknown
  syscall?: unknown
  cause?: NetworkFailure
  errors?: NetworkFailure[]
}

/**
 * Whether a failed fetch certainly never reached the other side: the name was not found, or no connection was made.
 * Fetch keeps the reason in `cause`; when every address of a name failed, that holds one error per address.
 */
export function neverSent(failure: unknown): boolean {
  const { code, syscall, cause, errors } = (failure ?? {}) as NetworkFailure
  if (cause) return neverSent(cause)
  if (errors) return errors.every(neverSent)
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT'
}

/** The system's word for what went wrong, such as `ECONNRESET`. */
export function networkCode(failure: unknown): string {
  const { cause } = (failure ?? {}) as NetworkFailure
  return typeof cause?.code === 'string' ? cause.code : 'network'
}
