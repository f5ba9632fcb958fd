import { type DestinationStream, pino } from 'pino'

/** Everything that may stand beside a log event. There is no way to log an activity, a card, a record or an error object. */
export interface LogFields {
  orgId?: string
  staffId?: string
  about?: string
  verb?: string
  kind?: string
  reason?: string
  code?: string
  status?: number
  count?: number
  ms?: number
  attempt?: number
  port?: number
  version?: string
  names?: readonly string[]
}

const ALLOWED = [
  'orgId',
  'staffId',
  'about',
  'verb',
  'kind',
  'reason',
  'code',
  'status',
  'count',
  'ms',
  'attempt',
  'port',
  'version',
  'names',
] as const satisfies readonly (keyof LogFields)[]

export interface Logger {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

/** A logger that writes one JSON line per event, with the fields of the allow-list and nothing else. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const lines = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination as DestinationStream)
  return {
    info: (event, fields) => lines.info(listed(fields), event),
    warn: (event, fields) => lines.warn(listed(fields), event),
    error: (event, fields) => lines.error(listed(fields), event),
  }
}

/** What may be logged of something caught: its code, else only its class name; neither where it is more than a word. */
export function faultCode(fault: unknown): string {
  if (typeof fault === 'object' && fault !== null && 'code' in fault && isWord(fault.code)) return String(fault.code)
  if (!(fault instanceof Error)) return typeof fault
  return isWord(fault.name) ? fault.name : 'Error'
}

const isWord = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^[\w.:/-]{1,60}$/.test(value))

function listed(fields: LogFields = {}): LogFields {
  return Object.fromEntries(ALLOWED.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]))
}
