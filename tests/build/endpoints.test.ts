import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { deployment, type Endpoints } from '../../services/policy/deployment'

const EXAMPLE = JSON.parse(readFileSync(join(__dirname, '..', '..', '.deployment.example.json'), 'utf8'))
const REHEARSAL: Endpoints = {
  openIdMetadataUrl: 'http://127.0.0.1:4000/.well-known/openidconfiguration',
  tokenIssuer: 'https://api.botframework.com',
  loginUrl: 'http://localhost:4001/login',
  oAuthScope: 'https://api.botframework.com',
  graphUrl: 'http://127.0.0.1:4002',
}

/** Where a deployment with these addresses is wrong; none when it is well. */
function wrong(endpoints: unknown): string[] {
  const read = deployment.safeParse({ ...EXAMPLE, endpoints })
  return read.success ? [] : read.error.issues.map(({ path }) => path.join('.'))
}

test('a rehearsal may put other addresses in place of the public cloud, on this machine or over TLS', () => {
  expect(wrong(undefined)).toEqual([])
  expect(wrong(REHEARSAL)).toEqual([])
  expect(
    wrong({ ...REHEARSAL, graphUrl: 'https://graph.union.example', loginUrl: 'https://login.union.example/x' }),
  ).toEqual([])
})

test.each(['openIdMetadataUrl', 'tokenIssuer', 'loginUrl', 'oAuthScope', 'graphUrl'] as const)(
  'without %s the others are not taken either',
  (name) => {
    const { [name]: _, ...rest } = REHEARSAL
    expect(wrong(rest)).toEqual([`endpoints.${name}`])
    expect(wrong({ ...REHEARSAL, [name]: '' })).toContain(`endpoints.${name}`)
  },
)

test.each(['openIdMetadataUrl', 'loginUrl', 'graphUrl'] as const)(
  'no token goes to, and no key comes from, an address without TLS elsewhere: %s',
  (name) => {
    for (const address of [
      'http://union.example',
      'http://192.168.1.10:4000',
      'http://localhost:@union.example',
      'http://localhost.union.example',
      'https://somebody:secret@union.example',
      'ftp://localhost',
      'localhost',
    ])
      expect(wrong({ ...REHEARSAL, [name]: address })).toContain(`endpoints.${name}`)
  },
)

test('Graph is an address without a path, and there is no further setting', () => {
  expect(wrong({ ...REHEARSAL, graphUrl: 'http://127.0.0.1:4002/v1.0' })).toEqual(['endpoints.graphUrl'])
  expect(wrong({ ...REHEARSAL, tokens: 'off' })).toEqual(['endpoints'])
})
