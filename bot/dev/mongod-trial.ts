import { runProgram } from './run-program'

/** The first start of a server just unpacked, on a cold disk, has taken longer than three seconds. */
const TRIAL_LIMIT_MS = 60_000
const OLDEST_MAJOR = 6

/** A server that runs here. */
export interface Mongod {
  file: string
  version: string
}

/** Why one does not, and the Debian or Ubuntu packages that would mend it. */
export interface MissingPart {
  what: string
  install?: string
}

type Trial = { ok: true; mongod: Mongod } | { ok: false; missing: MissingPart }

const PACKAGES: Record<string, string> = {
  'libcurl.so.4': 'libcurl4 libssl3',
  CURL_OPENSSL_4: 'libcurl4 libssl3',
  'libssl.so.3': 'libcurl4 libssl3',
  'libcrypto.so.3': 'libcurl4 libssl3',
  'liblzma.so.5': 'liblzma5',
  'libgcc_s.so.1': 'libgcc-s1',
}

/** Asks a mongod for its version, which shows that it runs, and that it is not too old. */
export async function tryOut(file: string, environment: NodeJS.ProcessEnv): Promise<Trial> {
  const end = await runProgram(file, ['--version'], { environment, timeoutMs: TRIAL_LIMIT_MS })
  const version = /^db version v(\d+\.\d+\.\d+)/m.exec(end.output)?.[1]
  if (!end.ok || !version) return { ok: false, missing: readMissingPart(end.errors, end.signal) }
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) return { ok: false, missing: { what: `version ${version}` } }
  return { ok: true, mongod: { file, version } }
}

/** Reads the loader's complaint. */
export function readMissingPart(errors: string, signal: string | null): MissingPart {
  if (signal === 'SIGILL') return { what: 'the processor lacks instructions it needs (AVX)' }
  if (signal) return { what: `no answer within ${TRIAL_LIMIT_MS / 1000} s` }
  const library =
    /error while loading shared libraries: ([^:\s]+):/.exec(errors)?.[1] ??
    /version `(\w+)' not found/.exec(errors)?.[1]
  if (!library) return { what: 'it is not a program for this system' }
  const install = PACKAGES[library]
  return { what: `${library} is missing`, ...(install && { install }) }
}
