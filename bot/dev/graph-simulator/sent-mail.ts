import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SentMail } from './simulator.types'

/** The mail that has left, in order. */
export interface SentMails {
  add(mail: SentMail): void
  all(): SentMail[]
}

/** Keeps mail in memory, and where a folder is given also there, one file each, read again at the next start. */
export function createSentMails(folder?: string): SentMails {
  const files = folder === undefined ? [] : filesIn(folder)
  const mails = files.map((file) => JSON.parse(readFileSync(join(folder!, file), 'utf8')) as SentMail)
  let last = Number.parseInt(files.at(-1) ?? '0', 10)
  return {
    add: (mail) => {
      mails.push(mail)
      if (folder === undefined) return
      last += 1
      const file = join(folder, `${String(last).padStart(6, '0')}.json`)
      writeFileSync(`${file}.part`, JSON.stringify(mail, null, 2))
      renameSync(`${file}.part`, file)
    },
    all: () => structuredClone(mails),
  }
}

function filesIn(folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder)
    .filter((name) => /^\d{6}\.json$/.test(name))
    .sort()
}
