import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { productionToken } from '../../../services/platform/graph-token'

test('a managed identity gets a token for Graph from its host, and keeps it', async () => {
  const asked: URL[] = []
  const host = createServer((request, response) => {
    asked.push(new URL(request.url ?? '/', 'http://host.example'))
    const expiresOn = Math.floor(Date.now() / 1000) + 24 * 3600
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ access_token: 'from-the-host', expires_on: expiresOn, token_type: 'Bearer' }))
  })
  host.listen(0, '127.0.0.1')
  await once(host, 'listening')
  const before = { ...process.env }
  Object.assign(process.env, {
    IDENTITY_ENDPOINT: `http://127.0.0.1:${(host.address() as AddressInfo).port}/msi/token`,
    IDENTITY_HEADER: 'a-secret-of-the-host',
  })
  try {
    const token = productionToken({ kind: 'managed-identity' })
    expect([await token(), await token()]).toEqual(['from-the-host', 'from-the-host'])
    expect(asked.map(({ searchParams }) => searchParams.get('resource'))).toEqual(['https://graph.microsoft.com'])
  } finally {
    process.env = before
    host.close()
  }
})

test('a credential that Azure cannot read fails at the first token, not at the start', async () => {
  const token = productionToken({ kind: 'client-secret', tenantId: 'not a tenant', clientId: 'x', clientSecret: 'y' })
  await expect(token()).rejects.toThrow()
})
