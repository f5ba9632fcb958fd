import { realpath } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Admin, type Document, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb'
import { CaseworkError } from '../../services/platform/errors'
import { withAdmin } from '../../services/platform/mongo-topology'

export const REPLICA_SET = 'rs0'

const LOOK_EVERY_MS = 20

/**
 * Waits for the server on the port and makes it the primary of its own one-node set, whatever port it had before.
 * @throws CaseworkError `mongod-not-ours` before anything is changed, when the port turns out to be another server's
 */
export async function becomePrimary(port: number, dbFolder: string, stop: AbortSignal): Promise<void> {
  for (let primary = false; !primary; ) {
    while (!(await isListening(port))) await pause(LOOK_EVERY_MS, undefined, { signal: stop })
    const arrange = (admin: Admin): Promise<boolean> => arrangeSet(admin, port, dbFolder, stop)
    primary = await withAdmin(directUri(port), arrange).catch((fault: unknown) => {
      // A server that finds itself outside its own set hangs up on everybody once.
      if (fault instanceof MongoNetworkError || fault instanceof MongoServerSelectionError) return false
      throw fault
    })
  }
}

async function arrangeSet(admin: Admin, port: number, dbFolder: string, stop: AbortSignal): Promise<boolean> {
  if (!(await isOurs(admin, dbFolder))) throw new CaseworkError('mongod-not-ours', { port })
  while (!(await admin.command({ hello: 1 })).isWritablePrimary) {
    await settleConfiguration(admin, `127.0.0.1:${port}`)
    await pause(LOOK_EVERY_MS, undefined, { signal: stop })
  }
  return true
}

/** Whether the server on the port serves exactly this folder for our set. */
export async function servesFolder(port: number, dbFolder: string): Promise<boolean> {
  if (!(await isListening(port))) return false
  return withAdmin(directUri(port), (admin) => isOurs(admin, dbFolder)).catch(() => false)
}

async function isOurs(admin: Admin, dbFolder: string): Promise<boolean> {
  const { parsed } = await admin.command({ getCmdLineOpts: 1 })
  if (parsed.replication?.replSet !== REPLICA_SET) return false
  return (await realpath(parsed.storage.dbPath).catch(() => '')) === (await realpath(dbFolder))
}

/** Asks the server on the port to end. It hangs up instead of answering. */
export async function shutDown(port: number): Promise<void> {
  const ask = (admin: Admin): Promise<Document> => admin.command({ shutdown: 1, force: true, timeoutSecs: 0 })
  await withAdmin(directUri(port), ask).catch((fault: unknown) => {
    if (!(fault instanceof MongoNetworkError)) throw fault
  })
}

async function settleConfiguration(admin: Admin, host: string): Promise<void> {
  try {
    const { config } = await admin.command({ replSetGetConfig: 1 })
    if (config.members[0].host === host) return
    const moved = { ...config, version: config.version + 1, members: [{ ...config.members[0], host }] }
    await admin.command({ replSetReconfig: moved, force: true })
  } catch (fault) {
    // The server may be between two states; the caller asks again.
    if (!(fault instanceof MongoServerError)) throw fault
    if (fault.codeName === 'NotYetInitialized') await initiate(admin, host)
  }
}

async function initiate(admin: Admin, host: string): Promise<void> {
  const first = { _id: REPLICA_SET, members: [{ _id: 0, host }] }
  await admin.command({ replSetInitiate: first }).catch((fault: unknown) => {
    if (!(fault instanceof MongoServerError)) throw fault
  })
}

const directUri = (port: number): string => `mongodb://127.0.0.1:${port}/?directConnection=true`

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const answer = (listening: boolean) => (): void => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', answer(true)).once('error', answer(false))
  })
}
