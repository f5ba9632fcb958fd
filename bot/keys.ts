import { CaseworkError } from '../services/platform/errors'
import { destroyDrill } from '../services/platform/key-drill'
import type { KeyProvider, KeyVersion } from '../services/platform/key-encryption-key'
import { createKeyFile, rotateKeyFile } from '../services/platform/key-file'
import { keyStandings } from '../services/platform/key-records'
import { rewrapKeys } from '../services/platform/key-rewrap'
import { faultCode } from '../services/platform/logger'
import { connectMongo, type Mongo } from '../services/platform/mongo'
import type { DeployedOrganisation } from '../services/policy/deployment'
import { readDeployment } from './config'
import { keysInUse, readKeySettings } from './key-settings'

const HELP = `npm run keys -- COMMAND, with the settings of the bot. The bot may be running.

  create FILE     makes a key file for development or a small deployment, for this user alone to read
  status          says for each organisation which version wraps now, and how many data keys each version has wrapped
  rotate          adds a version to each key file in use; in Azure Key Vault that is done there
  rewrap          wraps all data keys with the present version; may be stopped and started again
  destroy-drill   makes a data key, destroys it, and measures when two bots no longer open it
`

const DONE = 0
const NOT_DONE = 1
const SETTINGS_WRONG = 2
const SHOW_EVERY = 5_000

interface Settings {
  organisations: readonly DeployedOrganisation[]
  mongoUri: string
  keyProvider: KeyProvider
}

type Command = (settings: Settings, mongo: Mongo) => Promise<number>

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const COMMANDS: Record<string, Command> = {
  status: async ({ keyProvider, organisations }, mongo) => {
    const orgIds = organisations.map(({ orgId }) => orgId)
    for (const { orgId, kind, current, wrapped, behind } of await keyStandings(mongo, keyProvider, orgIds)) {
      const label = kind === 'file' ? 'a file, for development and small deployments' : kind
      print(`${orgId}: ${'fault' in current ? `not usable: ${current.fault}` : `${shown(current)} (${label})`}`)
      for (const { under, count } of wrapped) print(`  ${count} data keys wrapped with ${shown(under)}`)
      if (behind > 0) print(`  ${behind} to be rewrapped`)
    }
    return DONE
  },

  rotate: async ({ organisations }) => {
    let outcome = DONE
    for (const place of keysInUse(process.env, organisations)) {
      if (place.startsWith('file:')) {
        print(`key file: version ${rotateKeyFile(place.slice('file:'.length))} wraps from now on`)
        continue
      }
      outcome = NOT_DONE
      print(
        `${place}: make the new version in the vault (az keyvault key rotate); the bot wraps with it within a minute`,
      )
    }
    print('Then: npm run keys -- rewrap')
    return outcome
  },

  rewrap: async ({ keyProvider }, mongo) => {
    let shownAt = 0
    const { rewrapped, left, faults } = await rewrapKeys({
      mongo,
      provider: keyProvider,
      onProgress: (done) => {
        if (shownAt > 0 && done - shownAt < SHOW_EVERY) return
        shownAt = done
        print(`${done} rewrapped`)
      },
    })
    for (const [code, count] of Object.entries(faults)) print(`${count} could not be rewrapped: ${code}`)
    print(`${rewrapped} rewrapped, ${left} left`)
    if (left === 0) print('Before the old version is switched off: wait a minute, and see that status shows 0 behind.')
    return left === 0 ? DONE : NOT_DONE
  },

  'destroy-drill': async ({ keyProvider, organisations, mongoUri }, mongo) => {
    const elsewhere = await connectMongo(mongoUri)
    try {
      const ms = await destroyDrill([mongo, elsewhere], keyProvider, organisations[0]!.orgId)
      print(`A destroyed key was forgotten by both after ${(ms / 1_000).toFixed(1)} s.`)
      return DONE
    } finally {
      await elsewhere.close()
    }
  },
}

const shown = ({ id, version }: KeyVersion): string => `${id} version ${version}`

async function main([name = '', argument]: string[]): Promise<number> {
  if (name === 'create' && argument) {
    const made = createKeyFile(argument)
    print(
      made ? 'made; keep a copy in a safe place, apart from the backups of the database' : 'there is a file already',
    )
    return made ? DONE : NOT_DONE
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) {
    process.stderr.write(HELP)
    return SETTINGS_WRONG
  }
  const problems: string[] = []
  const settings = await readSettings(problems)
  if (!settings) {
    process.stderr.write(`Nothing was done. To be put right:\n${problems.map((line) => `  ${line}\n`).join('')}`)
    return SETTINGS_WRONG
  }
  const mongo = await connectMongo(settings.mongoUri)
  try {
    return await command(settings, mongo)
  } finally {
    await mongo.close()
  }
}

/** Of the bot's settings those that keys need; so the command works where the bot's secrets are not. */
async function readSettings(problems: string[]): Promise<Settings | null> {
  const { CASEKEEPER_DEPLOYMENT: file, MONGODB_URI: mongoUri, CASEKEEPER_KEY: key } = process.env
  for (const [name, value] of Object.entries({
    CASEKEEPER_DEPLOYMENT: file,
    MONGODB_URI: mongoUri,
    CASEKEEPER_KEY: key,
  }))
    if (!value) problems.push(`${name}: not set`)
  if (!file || !mongoUri || !key) return null
  const deployed = readDeployment(file, problems)
  if (!deployed) return null
  const keyProvider = await readKeySettings(process.env, deployed.organisations, problems)
  return keyProvider && { organisations: deployed.organisations, mongoUri, keyProvider }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (fault: unknown) => {
    const why = fault instanceof CaseworkError ? fault.code : faultCode(fault)
    process.stderr.write(`Stopped: ${why}. What was done stays done; the same command goes on from there.\n`)
    process.exitCode = NOT_DONE
  },
)
