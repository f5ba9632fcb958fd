import { type Answer, type Handler, refusal } from './answers'
import { transitiveMembers } from './groups'
import { sendMail } from './mail'
import { getPresences } from './presence'
import type { SentMails } from './sent-mail'
import type { GraphRoute } from './simulator.types'
import { checkMemberGroups, getUser } from './users'

export interface Route {
  name: GraphRoute
  method: 'GET' | 'POST'
  path: RegExp
  answer: Handler
}

/** Every call that is simulated. */
export function routes(parts: { sentMails: SentMails; now: () => Date; longestPage?: number }): Route[] {
  return [
    { name: 'user', method: 'GET', path: /^\/v1\.0\/users\/([^/]+)$/, answer: getUser },
    {
      name: 'checkMemberGroups',
      method: 'POST',
      path: /^\/v1\.0\/users\/([^/]+)\/checkMemberGroups$/,
      answer: checkMemberGroups,
    },
    {
      name: 'transitiveMembers',
      method: 'GET',
      path: /^\/v1\.0\/groups\/([^/]+)\/transitiveMembers\/microsoft\.graph\.user$/,
      answer: transitiveMembers(parts.longestPage),
    },
    {
      name: 'presences',
      method: 'POST',
      path: /^\/v1\.0\/communications\/getPresencesByUserId$/,
      answer: getPresences,
    },
    {
      name: 'sendMail',
      method: 'POST',
      path: /^\/v1\.0\/users\/([^/]+)\/sendMail$/,
      answer: sendMail(parts.sentMails, parts.now),
    },
  ]
}

export const notSimulated = (path: string): Answer =>
  refusal(400, 'BadRequest', `Resource not found for the segment '${path.split('/').at(-1)}'.`)
