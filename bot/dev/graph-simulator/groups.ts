import { randomBytes } from 'node:crypto'
import { type Answer, badRequest, context, type Handler, notFound, refusal, type SimulatedRequest } from './answers'
import type { SimulatedPerson } from './simulator.types'
import { selection, unknownOption } from './user-properties'

const USUAL_PAGE = 100
const LONGEST_PAGE = 999

/** Where a next link goes on: the tenant it belongs to, who is still to come, and how many empty pages before them. */
interface Continuation {
  tenantId: string
  emptyPages: number
  people: SimulatedPerson[]
}

/** GET /groups/{id}/transitiveMembers/microsoft.graph.user, with next links that nobody can make or guess. */
export function transitiveMembers(longestPage = LONGEST_PAGE): Handler {
  const continuations = new Map<string, Continuation>()

  function nextLink({ origin, id, query }: SimulatedRequest, rest: Continuation): string {
    const token = randomBytes(24).toString('base64url')
    continuations.set(token, rest)
    const options = [...query].filter(([name]) => name !== '$skiptoken').map((option) => option.join('='))
    const path = `/v1.0/groups/${encodeURIComponent(id)}/transitiveMembers/microsoft.graph.user`
    return `${origin}${path}?${[...options, `$skiptoken=${token}`].join('&')}`
  }

  function continuation({ query, directory, id, fault }: SimulatedRequest): Continuation | null {
    const token = query.get('$skiptoken')
    if (token === null) {
      const emptyPages = fault?.kind === 'empty-pages' ? (fault.pages ?? 1) : 0
      return { tenantId: directory.tenantId, emptyPages, people: directory.membersOf(id) }
    }
    const found = continuations.get(token)
    return found?.tenantId === directory.tenantId ? found : null
  }

  return (request) => {
    const wrong = refused(request)
    if (wrong) return wrong
    const selected = selection(request.query)
    if ('refused' in selected) return selected.refused
    const from = continuation(request)
    if (!from) return badRequest('The skip token is not valid.')

    const asked = Number(request.query.get('$top') ?? USUAL_PAGE)
    const size = from.emptyPages > 0 ? 0 : Math.min(asked, longestPage)
    const rest = { ...from, emptyPages: from.emptyPages - 1, people: from.people.slice(size) }
    const more = rest.people.length > 0 || from.emptyPages > 0
    const link = request.fault?.kind === 'foreign-link' ? request.fault.link : more ? nextLink(request, rest) : null
    return {
      status: 200,
      headers: { 'x-ms-resource-unit': '5' },
      body: {
        '@odata.context': context(request.origin, `users(${selected.names.join(',')})`),
        ...(request.query.has('$skiptoken') ? {} : { '@odata.count': from.people.length }),
        ...(link === null ? {} : { '@odata.nextLink': link }),
        value: from.people.slice(0, size).map(selected.read),
      },
    }
  }
}

function refused({ directory, id, query, headers }: SimulatedRequest): Answer | null {
  if (headers.consistencylevel?.toLowerCase() !== 'eventual' || query.get('$count') !== 'true') {
    const message = 'The type cast needs ConsistencyLevel: eventual and $count=true.'
    return refusal(400, 'Request_UnsupportedQuery', message)
  }
  const top = query.get('$top')
  if (top !== null && !(/^\d+$/.test(top) && Number(top) >= 1 && Number(top) <= LONGEST_PAGE)) {
    return badRequest(`Invalid page size specified: '${top}'. Must be between 1 and ${LONGEST_PAGE} inclusive.`)
  }
  if (!directory.hasGroup(id)) return notFound(id)
  return unknownOption(query, ['$count', '$select', '$top', '$skiptoken'])
}
