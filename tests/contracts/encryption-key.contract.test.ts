import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeyFile, fileKey, rotateKeyFile } from '../../services/platform/key-file'
import { vaultKey } from '../../services/platform/key-vault'
import { startKeyVault } from '../support/key-vault-simulator'
import { encryptionKeyContract } from './encryption-key.contract'

encryptionKeyContract('in a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-key-contract-'))
  const path = join(folder, 'key.json')
  createKeyFile(path)
  return {
    open: () => fileKey(path),
    rotate: async () => {
      rotateKeyFile(path)
    },
    withdrawOldest: async () => {
      const file = JSON.parse(readFileSync(path, 'utf8')) as { versions: object[] }
      writeFileSync(path, JSON.stringify({ ...file, versions: file.versions.slice(1) }))
    },
    close: async () => rmSync(folder, { recursive: true }),
  }
})

encryptionKeyContract('in Azure Key Vault', async () => {
  const vault = await startKeyVault()
  const { agent, credential } = vault
  const versions = [vault.rotate('casekeeper')]
  return {
    open: () => vaultKey({ url: vault.keyUrl('casekeeper'), credential, agent }),
    rotate: async () => {
      versions.push(vault.rotate('casekeeper'))
    },
    withdrawOldest: async () => vault.change('casekeeper', versions[0]!, { enabled: false }),
    close: async () => {
      agent.destroy()
      await vault.goAway()
    },
  }
})
