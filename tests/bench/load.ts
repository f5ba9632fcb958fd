import { Agent, request } from 'node:http'
import type { Persona } from '../../bot/dev/sample-staff'
import { newId } from '../../services/platform/ids'
import { byHands } from './measure'
import type { World } from './world'

export interface Answer {
  ms: number
  body: string
}

/** People at their screens, each on a connection of their own that stays open. */
export interface Crowd {
  /** Sends an activity as this person; rejects where it is not answered with 200. */
  send(to: string, persona: Persona, activity: object): Promise<Answer>
  leave(): void
}

export function crowd({ issuer, teams, union }: World): Crowd {
  const agent = new Agent({ keepAlive: true })
  const token = issuer.token(union.organisation.appId, teams.serviceUrl)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return {
    send: (to, persona, activity) =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify({ ...envelope(persona, teams.serviceUrl), ...activity })
        const begun = performance.now()
        const options = { agent, method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } }
        const sent = request(`${to}/api/messages`, options, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const answer = { ms: performance.now() - begun, body: Buffer.concat(chunks).toString('utf8') }
            if (response.statusCode === 200) resolve(answer)
            else reject(new Error(`answered with ${response.statusCode}`))
          })
        })
        sent.on('error', reject)
        sent.end(body)
      }),
    leave: () => agent.destroy(),
  }
}

/** Sends so many activities, with as many at once as there are people. Gives the rate, in answers a second. */
export async function rate(to: string, people: readonly Persona[], by: Crowd, count: number, activity: object) {
  const begun = performance.now()
  const turns = Array.from({ length: count }, (_, index) => people[index % people.length]!)
  await byHands(people.length, turns, (persona) => by.send(to, persona, activity))
  return (count * 1000) / (performance.now() - begun)
}

const envelope = (persona: Persona, serviceUrl: string) => ({
  id: newId(),
  timestamp: new Date().toISOString(),
  channelId: 'msteams',
  serviceUrl,
  from: { id: persona.userId, aadObjectId: persona.id, name: persona.name },
  recipient: { id: persona.botId, name: 'Casekeeper' },
  conversation: { id: persona.conversationId, conversationType: 'personal', tenantId: persona.tenantId },
  channelData: { tenant: { id: persona.tenantId } },
})
