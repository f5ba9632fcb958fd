import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const ROOT = join(__dirname, '..', '..')

/** The arguments of each call of a method, brackets balanced. */
function callsOf(text: string, method: RegExp): string[] {
  return [...text.matchAll(method)].map(({ index, 0: head }) => {
    let depth = 1
    let end = index + head.length
    while (depth > 0 && end < text.length) {
      if ('([{'.includes(text[end]!)) depth += 1
      if (')]}'.includes(text[end]!)) depth -= 1
      end += 1
    }
    return text.slice(index, end)
  })
}

/** What MongoDB 7 or 8 has and the embedded 6.0 has not: works for one of them only. */
function newerThanEmbedded(text: string): string[] {
  const updates = callsOf(text, /\b(?:updateOne|updateMany|replaceOne)(?:<[^>]*>)?\(/g)
  return [
    ...updates.filter((call) => /\bsort\b/.test(call)),
    ...(text.match(/\$(?:median|percentile)\b/g) ?? []),
    ...callsOf(text, /\bbulkWrite\(/g).filter((call) => /\bnamespace\b/.test(call)),
    ...(text.match(/\bclient\.bulkWrite\b/g) ?? []),
  ]
}

test('nothing is asked of MongoDB that the embedded version does not have', () => {
  const files = ['bot', 'services'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
  expect(files.length).toBeGreaterThan(80)
  const found = files.flatMap((file) =>
    newerThanEmbedded(readFileSync(join(ROOT, file), 'utf8')).map((call) => `${file}: ${call}`),
  )
  expect(found).toEqual([])
})

test.each([
  'cases.updateOne({ a: 1 }, { $set: { b: [1] } }, { session, sort: { at: 1 } })',
  'cases.updateMany({}, change, { sort })',
  "client.bulkWrite([{ name: 'insertOne', namespace: 'a.b', document }])",
  'cases.aggregate([{ $group: { _id: null, half: { $median: { input: "$age" } } } }])',
  'cases.aggregate([{ $group: { _id: null, most: { $percentile: {} } } }])',
])('what only newer versions have is found: %s', (line) => {
  expect(newerThanEmbedded(line)).not.toEqual([])
})

test('what both have is left alone', () => {
  expect(
    newerThanEmbedded('cases.updateOne({ a: (1) }, change).then(list); list.find({}, { sort: { a: 1 } })'),
  ).toEqual([])
  expect(newerThanEmbedded('cases.bulkWrite([{ updateOne: { filter, update } }])')).toEqual([])
})
