import { readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { comparison } from '../../bot/policy-compare'
import { PROFILES_FOLDER, readProfile } from '../../services/policy/policy.service'

const profiles = readdirSync(PROFILES_FOLDER).map((file) => readProfile(file.replace('.json', '')))
const paragraphs = comparison(profiles).split('\n\n')
const told = (subject: string, name: string) =>
  paragraphs
    .find((paragraph) => paragraph.startsWith(subject))!
    .split('\n')
    .find((line) => line.includes(name))!

test('WOR-20 LMU-27 CAM-05 LAN-04 every subject is told of every union, in titles and words and not in codes', () => {
  expect(paragraphs.length).toBeGreaterThan(15)
  for (const paragraph of paragraphs) {
    const [, ...lines] = paragraph.split('\n')
    expect(lines).toHaveLength(profiles.length)
    for (const { name } of profiles) expect(paragraph).toContain(name)
  }
})

test('WOR-22 LMU-28 CAM-08 LAN-27 who is asked, and in which order, reads as in the procedure', () => {
  const first = 'First stage: asked in this order'
  expect(told(first, 'Worcester')).toContain('Student Engagement Manager; Chief Executive')
  expect(told(first, 'Cambridge')).toContain('whoever raised it')
  expect(told(first, 'Lancaster')).toMatch(/names one of: .*, if urgent/)
  expect(told('Second stage: asked in this order', 'Worcester')).toContain('Chief Executive')
  expect(told('Where the procedure stands', 'Cardiff')).toContain('provisional')
})
