import { gzipSync } from 'node:zlib'
import type { GateRequest } from '../../bot/gate'
import { headOf, inChunks, type Line } from '../support/wire'

export interface WireCase {
  name: string
  /** Of each answer, in order; all of them refusals. */
  statuses: readonly number[]
  bytes(good: GateRequest): (string | Buffer)[]
}

/** A good token and a good body behind another request line or other headers. */
const line = (name: string, status: number, change: Line | ((good: GateRequest) => Line)): WireCase => ({
  name,
  statuses: [status],
  bytes: (good) => [headOf(good, typeof change === 'function' ? change(good) : change), good.body],
})

const paths = [
  '//api/messages',
  '///api/messages',
  '/api//messages',
  '/api/messages/',
  '/api/messages/.',
  '/api/messages/..',
  '/api/messages/..%2f',
  '/api/messages/../messages',
  '/api/messages%2f',
  '/api/messages%00',
  '/api/messages%',
  '/api/messages;x',
  '/api/messages#x',
  '/api/%6dessages',
  '/api%2fmessages',
  '/api\\messages',
  '/API/messages',
  '/x/../api/messages',
  '/%2e%2e/api/messages',
  'http://bot.example/api/messages',
  'http://[/api/messages',
  '//[',
  '//evil.example:99999/api/messages',
  '/',
  '*',
  '/__proto__',
  '/constructor',
  '/<script>canary</script>',
].map((target) => line(`the path ${target}`, 404, { target }))

const methods = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'].map((method) =>
  line(`the method ${method}`, 405, { method }),
)

const requestLines: WireCase[] = [
  line('a method that does not exist', 400, { method: 'BREW' }),
  line('the method in lower case', 400, { method: 'post' }),
  line('another method that claims to be a POST', 405, { method: 'GET', also: ['x-http-method-override: POST'] }),
  line('a version of HTTP that does not exist', 400, { version: 'HTTP/9.9' }),
  line('the path without a slash', 400, { target: 'api/messages' }),
  line('a path of 20,000 characters', 431, { target: `/${'a'.repeat(20_000)}` }),
  line('another protocol to speak', 405, {
    method: 'GET',
    also: ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13', 'sec-websocket-key: AAAA'],
  }),
  { name: 'HTTP/2', statuses: [400], bytes: () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'] },
  { name: 'no HTTP at all', statuses: [400], bytes: () => ['\x16\x03\x01\x02\x00\x01\x00\r\n\r\n'] },
  line('no host', 400, { without: ['host'] }),
]

/** None of these is a host, and no URL can be made of most; the token is missing. */
const hosts = ['', 'a b', '[', 'a:99999', '@', '%', '<x>', 'x/api/messages?', '\\', 'evil.example#'].flatMap((host) => [
  line(`the host "${host}" and no token`, 401, { host, without: ['authorization'] }),
  line(`the host "${host}" and another path`, 404, { host, target: '/other' }),
])

const wrong = 'authorization: Bearer e30.e30.e30'
const good = (request: GateRequest) => `authorization: ${String(request.headers.authorization)}`

const authorizations: WireCase[] = [
  line('two Authorization headers, both good', 401, (request) => ({ also: [good(request)] })),
  line('two Authorization headers, the first good', 401, { also: [wrong] }),
  line('two Authorization headers, the second good', 401, (request) => ({
    without: ['authorization'],
    also: [wrong, good(request)],
  })),
  line('two Authorization headers, spelt unlike', 401, (request) => ({
    also: [good(request).replace('authorization', 'AUTHORIZATION')],
  })),
  line('the token in the query', 401, (request) => ({
    without: ['authorization'],
    target: `/api/messages?access_token=${good(request).split(' ').at(-1)}`,
  })),
  line('the token in a cookie', 401, (request) => ({
    without: ['authorization'],
    also: [`cookie: ${good(request).replace(': ', '=')}`],
  })),
  line('the token as a proxy’s', 401, (request) => ({
    without: ['authorization'],
    also: [`proxy-${good(request)}`],
  })),
  line('a token on two lines', 400, (request) => ({
    without: ['authorization'],
    also: [good(request).replace('Bearer ', 'Bearer\r\n ')],
  })),
  line('a space after the name of the header', 400, (request) => ({
    without: ['authorization'],
    also: [good(request).replace(':', ' :')],
  })),
  line('a header with a zero byte', 400, { also: ['x-any: a\0b'] }),
  line('headers of 20,000 characters', 431, { also: [`x-any: ${'a'.repeat(20_000)}`] }),
  line('a compressed body that is not', 415, { also: ['content-encoding: gzip'] }),
  line('two content types', 415, { also: ['content-type: text/plain'] }),
  line('an expectation that nobody can meet', 417, { also: ['expect: forgiveness'] }),
  line('a question whether to go on, without a token', 401, {
    without: ['authorization'],
    also: ['expect: 100-continue'],
  }),
]

const chunked: Line = { without: ['content-length'], also: ['transfer-encoding: chunked'] }
const lengths = (...values: string[]): Line => ({
  without: ['content-length'],
  also: values.map((value) => `content-length: ${value}`),
})
const padded = ({ body }: GateRequest, length: number) => Buffer.concat([body, Buffer.alloc(length - body.length, ' ')])

const bodies: WireCase[] = [
  {
    name: 'a compressed body',
    statuses: [415],
    bytes: (request) => {
      const body = gzipSync(request.body)
      return [headOf({ ...request, body }, { also: ['content-encoding: gzip'] }), body]
    },
  },
  {
    name: 'a body that was compressed for the journey',
    statuses: [400],
    bytes: (request) => [
      headOf(request, { ...chunked, also: ['transfer-encoding: gzip, chunked'] }),
      inChunks(gzipSync(request.body)),
    ],
  },
  {
    name: 'a good activity with blanks up to 300,000 bytes',
    statuses: [413],
    bytes: (request) => {
      const body = padded(request, 300_000)
      return [headOf({ ...request, body }), body]
    },
  },
  {
    name: 'a good activity in a first chunk, and beyond the limit in the second',
    statuses: [413],
    bytes: (request) => [headOf(request, chunked), inChunks(padded(request, 1_000), Buffer.alloc(300_000, ' '))],
  },
  {
    name: 'a good activity in many chunks, beyond the limit in the last',
    statuses: [413],
    bytes: (request) => [
      headOf(request, chunked),
      inChunks(padded(request, 50_000), ...Array.from({ length: 5 }, () => ' '.repeat(50_000))),
    ],
  },
  {
    name: 'a chunk that is longer than it says',
    statuses: [400],
    bytes: (request) => [headOf(request, chunked), `5\r\n${request.body}\r\n0\r\n\r\n`],
  },
  {
    name: 'a chunk of no known length',
    statuses: [400],
    bytes: (request) => [headOf(request, chunked), `zz\r\n${request.body}\r\n0\r\n\r\n`],
  },
  {
    name: 'both a length and chunks',
    statuses: [400],
    bytes: (request) => [headOf(request, { also: ['transfer-encoding: chunked'] }), inChunks(request.body)],
  },
  {
    name: 'two lengths',
    statuses: [400],
    bytes: (request) => [headOf(request, lengths(`${request.body.length}`, '2')), request.body],
  },
  {
    name: 'a negative length',
    statuses: [400],
    bytes: (request) => [headOf(request, lengths('-1')), request.body],
  },
  {
    name: 'a length that is no number',
    statuses: [400],
    bytes: (request) => [headOf(request, lengths('0x10')), request.body],
  },
  {
    name: 'a length that is too short, and the rest as a request of its own',
    statuses: [400],
    bytes: (request) => [headOf(request, lengths('10')), request.body],
  },
  {
    name: 'a request without a token in the rest of another’s body',
    statuses: [400, 401],
    bytes: (request) => [
      headOf(request, lengths('2')),
      '{,',
      headOf(request, { without: ['authorization'] }),
      request.body,
    ],
  },
]

/** What is wrong here is not the token or the activity, but how they are sent. */
export const WIRE_CASES: readonly WireCase[] = [
  ...paths,
  ...methods,
  ...requestLines,
  ...hosts,
  ...authorizations,
  ...bodies,
]
