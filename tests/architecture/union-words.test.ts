import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readSampleUnions } from '../../bot/dev/sample-staff'
import { PROFILES_FOLDER, readProfile } from '../../services/policy/policy.service'

/** Every proper name and title in the profiles and in the sample data. */
function unionWords(): string[] {
  const profiles = readdirSync(PROFILES_FOLDER).map((file) => readProfile(file.replace('.json', '')))
  const fromProfiles = profiles.flatMap(({ id, name, access }) => [
    id,
    name,
    ...Object.values(access.roles).flatMap(({ title, titles }) => [title, ...titles]),
  ])
  const markers = profiles.flatMap(({ cases }) => cases.title.markers.map(({ label }) => label))
  const people = readSampleUnions().flatMap(({ personas }) => personas.map(({ name }) => name))
  // Titles that are ordinary words of casework are no union's own.
  const ordinary = ['Caseworker', 'Supervisor', 'Line Manager', 'Assistant', 'Coordinator', 'Adviser']
  return [...new Set([...fromProfiles, ...markers, ...people])].filter((word) => !ordinary.includes(word))
}

test("no union's proper name, title or marker stands in code", () => {
  const root = join(__dirname, '..', '..')
  const listed = execFileSync('git', ['ls-files', 'bot', 'cards', 'dialogs', 'services'], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = listed.split('\n').filter((file) => /\.(ts|json|html)$/.test(file))
  const code = files.filter((file) => !file.includes('/profiles/') && !file.startsWith('bot/dev/sample/'))
  expect(code.length).toBeGreaterThan(80)
  const words = unionWords()
  expect(words.length).toBeGreaterThan(15)
  const hits = code.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8').toLowerCase()
    return words.filter((word) => text.includes(word.toLowerCase())).map((word) => `${file}: ${word}`)
  })
  expect(hits).toEqual([])
})
