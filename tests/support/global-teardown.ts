import { rm } from 'node:fs/promises'
import type { TestDatabase } from './global-setup'

/** Stops the MongoDB of this run and removes its folder. */
export default async function stopDatabase(): Promise<void> {
  const { casekeeperTestDatabase } = globalThis as { casekeeperTestDatabase?: TestDatabase }
  if (!casekeeperTestDatabase) return
  await casekeeperTestDatabase.mongo.stop()
  await rm(casekeeperTestDatabase.folder, { recursive: true, force: true })
}
