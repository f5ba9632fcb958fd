import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSampleUnions, type SampleUnion } from '../../bot/dev/sample-staff'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** An invented union large enough that twenty people can work at once, each on their own cases. */
export function largeUnion(coordinators: number): SampleUnion {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-bench-'))
  const sample = {
    orgId: 'bench',
    profile: 'cardiff',
    tenantId: '6f0f2a51-0c5f-4a39-9d6f-1c7f2f2b0aff',
    mailbox: 'advice@bench.example',
    people: [
      { name: 'Robin Example', role: 'front', extension: '100' },
      { name: 'Sam Prototype', role: 'senior', extension: '101' },
      { name: 'Morgan Fiction', role: 'manager', extension: '102' },
      ...Array.from({ length: coordinators }, (_, index) => ({
        name: `${LETTERS[index % 26]}${'a'.repeat(1 + Math.floor(index / 26))} Specimen`,
        role: 'caseworker',
        extension: String(200 + index),
      })),
    ],
  }
  writeFileSync(join(folder, 'bench.json'), JSON.stringify(sample))
  try {
    return readSampleUnions(folder)[0]!
  } finally {
    rmSync(folder, { recursive: true })
  }
}
