/**
 * The one exception of the product. It is for faults, never for a "no": a rule answers with a refusal (outcome.ts).
 * `info` holds ids, counts and codes only; nothing a person typed may enter it, because errors are logged.
 */
export class CaseworkError extends Error {
  override readonly name = 'CaseworkError'

  constructor(
    readonly code: string,
    readonly info: Record<string, string | number | boolean | readonly string[]> = {},
    options?: { cause?: unknown },
  ) {
    super(code, options)
  }
}
