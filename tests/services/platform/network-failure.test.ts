import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import { networkCode, neverSent } from '../../../services/platform/network-failure'

const failed = (cause: object) => Object.assign(new TypeError('fetch failed'), { cause })
const onConnect = { code: 'ECONNREFUSED', syscall: 'connect' }

test.each([
  ['the name is not known', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }],
  ['the name server does not answer', { code: 'EAI_AGAIN', syscall: 'getaddrinfo' }],
  ['nobody listens', onConnect],
  ['nobody listens at any address of the name', { code: 'ECONNREFUSED', errors: [onConnect, onConnect] }],
  ['there is no way to the network', { code: 'ENETUNREACH', syscall: 'connect' }],
  ['no connection comes about in time', { code: 'UND_ERR_CONNECT_TIMEOUT' }],
])('nothing was sent when %s', (_, cause) => {
  expect(neverSent(failed(cause))).toBe(true)
})

test.each([
  ['the connection breaks while reading', { code: 'ECONNRESET', syscall: 'read' }],
  ['the connection breaks while writing', { code: 'EPIPE', syscall: 'write' }],
  ['the other side hangs up', { code: 'UND_ERR_SOCKET' }],
  ['one of several attempts got further', { errors: [onConnect, { code: 'ECONNRESET', syscall: 'read' }] }],
  ['nothing is known', {}],
])('something may have been sent when %s', (_, cause) => {
  expect(neverSent(failed(cause))).toBe(false)
})

test('a real refusal to connect is recognised, and named by its code', async () => {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const failure: unknown = await fetch(`http://localhost:${port}`).catch((fault: unknown) => fault)
  expect(neverSent(failure)).toBe(true)
  expect(networkCode(failure)).toBe('ECONNREFUSED')
  expect(networkCode(new Error('something else'))).toBe('network')
})
