import type { z } from 'zod'
import {
  idList,
  MEMBER_FIELDS,
  type MemberPage,
  memberPage,
  type Presence,
  presenceList,
  presenceOf,
  type StaffMember,
  staffMember,
} from './graph-answers'
import { type GraphCall, type GraphSettings, graphCaller } from './graph-client'
import { badId, mailFault, readFault, succeeded } from './graph-faults'

export type { Presence, StaffMember } from './graph-answers'
export type { GraphSettings } from './graph-client'

/** How long one call to Graph may take, in milliseconds. */
export const CALL_LIMIT_MS = 5_000
/** The same for a call that somebody in Teams is waiting for. */
export const TURN_LIMIT_MS = 2_000

export interface Mail {
  to: string
  subject: string
  /** Plain text. */
  body: string
  /** Opaque; travels as header `x-casekeeper-key`, by which an operator finds the mail in a message trace. */
  key: string
}

/**
 * All that Casekeeper asks of Microsoft Graph. Every function throws CaseworkError with a `GraphFaultCode` (see
 * graph-faults.ts) and nothing else; none repeats a call by itself. `limitMs` is the time limit per call to Graph.
 */
export interface Graph {
  /**
   * Which of these groups the person is in, nested groups included, as of now. `graph-not-found` for an unknown person.
   * Source: user: checkMemberGroups, at most 20 groups a call.
   */
  memberGroups(staffId: string, groupIds: readonly string[], limitMs?: number): Promise<string[]>
  /**
   * Everybody in a group, nested groups included, blocked accounts too. Read from Graph's index, which may lag behind by
   * minutes: decide a permission with `memberGroups`. `graph-not-found` for an unknown group.
   * Source: List group transitive members, with the headers of advanced queries.
   */
  groupMembers(groupId: string, limitMs?: number): Promise<StaffMember[]>
  /**
   * Availability by object id, `unknown` where Graph says nothing. A hint, never a veto: whoever asks goes on when this
   * throws. Source: getPresencesByUserId, at most 650 people a call.
   */
  presences(staffIds: readonly string[], limitMs?: number): Promise<Map<string, Presence>>
  /**
   * Hands a mail to Graph, which answers 202 and no message id; no copy is kept in Sent Items, where it would outlive an
   * erasure. Throws `graph-uncertain` when the mail may have left all the same.
   * Source: user: sendMail.
   */
  sendMail(from: string, mail: Mail, limitMs?: number): Promise<void>
}

const GROUPS_PER_CALL = 20
const PEOPLE_PER_CALL = 650
const MEMBERS_PER_PAGE = 999
/** A circle of links must end somewhere. */
const MOST_PAGES = 100

/**
 * The gateway to one tenant's Graph.
 * @throws CaseworkError `graph-base-url` when the address is not an origin, or is neither https nor this machine
 */
export function createGraph(settings: GraphSettings): Graph {
  const call = graphCaller(settings)

  async function read<Answer>(request: GraphCall, schema: z.ZodType<Answer>): Promise<Answer> {
    const reply = await call(request)
    const { data } = succeeded(reply) ? schema.safeParse(reply.body) : {}
    if (data === undefined) throw readFault(reply)
    return data
  }

  return {
    memberGroups: async (staffId, groupIds, limitMs = CALL_LIMIT_MS) => {
      const path = `/users/${segment(staffId)}/checkMemberGroups`
      const answers = await Promise.all(
        chunks(groupIds, GROUPS_PER_CALL).map((ids) =>
          read({ method: 'POST', path, body: { groupIds: ids }, limitMs }, idList),
        ),
      )
      const found = new Set(answers.flatMap((answer) => answer.value.map(lowerCase)))
      return groupIds.filter((id) => found.has(lowerCase(id)))
    },

    groupMembers: async (groupId, limitMs = CALL_LIMIT_MS) => {
      const members = new Map<string, StaffMember>()
      let path: string | null =
        `/groups/${segment(groupId)}/transitiveMembers/microsoft.graph.user` +
        `?$count=true&$select=${MEMBER_FIELDS}&$top=${MEMBERS_PER_PAGE}`
      for (let pages = 0; path !== null; pages++) {
        if (pages === MOST_PAGES) throw badAnswer('too-many-pages')
        const headers = { ConsistencyLevel: 'eventual' }
        const page: MemberPage = await read({ method: 'GET', path, headers, limitMs }, memberPage)
        for (const person of page.value) members.set(person.id, staffMember(person))
        path = pathOfLink(page['@odata.nextLink'], settings.baseUrl)
      }
      return [...members.values()]
    },

    presences: async (staffIds, limitMs = CALL_LIMIT_MS) => {
      const path = '/communications/getPresencesByUserId'
      const answers = await Promise.all(
        chunks(staffIds, PEOPLE_PER_CALL).map((ids) =>
          read({ method: 'POST', path, body: { ids }, limitMs }, presenceList),
        ),
      )
      const found = new Map(answers.flatMap(({ value }) => value.map((one) => [lowerCase(one.id), one.availability])))
      return new Map(staffIds.map((id) => [id, presenceOf(found.get(lowerCase(id)))]))
    },

    sendMail: async (from, mail, limitMs = CALL_LIMIT_MS) => {
      const message = {
        subject: mail.subject,
        body: { contentType: 'text', content: mail.body },
        toRecipients: [{ emailAddress: { address: mail.to } }],
        internetMessageHeaders: [{ name: 'x-casekeeper-key', value: mail.key }],
      }
      const path = `/users/${segment(from)}/sendMail`
      const reply = await call({ method: 'POST', path, body: { message, saveToSentItems: false }, limitMs })
      if (!succeeded(reply)) throw mailFault(reply)
    },
  }
}

const badAnswer = (code: string) => readFault({ answered: true, status: 200, body: undefined }, code)

/** Graph spells an object id in lower case; a deployment file or a token may not. */
const lowerCase = (id: string): string => id.toLowerCase()

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

/** One part of a path. Dots alone survive encoding and would walk up the path; lone surrogates cannot be encoded. */
function segment(id: string): string {
  if (/^\.{0,2}$|\p{Cs}/u.test(id)) throw badId()
  return encodeURIComponent(id)
}

/** The part below `/v1.0` of the link to the next page. A link to anywhere else is not followed. */
function pathOfLink(link: string | undefined, baseUrl: string): string | null {
  if (link === undefined) return null
  const url = URL.canParse(link) ? new URL(link) : null
  if (url?.origin !== new URL(baseUrl).origin || !url.pathname.startsWith('/v1.0/')) throw badAnswer('foreign-link')
  return url.pathname.slice('/v1.0'.length) + url.search
}
