import { readdirSync } from 'node:fs'
import { isWordKey, words } from '../cards/words'
import { REQUESTER, type Seat } from '../services/breach/breach.policy'
import type { Policy } from '../services/policy/policy.schema'
import { PROFILES_FOLDER, readProfile } from '../services/policy/policy.service'

/** What `npm run policy:compare` prints: subject by subject, what each union's profile says of it. */
const SUBJECTS: readonly [string, (policy: Policy) => string][] = [
  [
    'Where the procedure stands',
    ({ breach: { source } }) => source.clause + (source.provisional ? ', provisional' : ''),
  ],
  ['Grounds', ({ breach, labels }) => breach.grounds.map(({ id }) => labels[`ground.${id}`]).join('; ')],
  ['What a request states', (policy) => stated(policy, policy.breach.states)],
  ['Client told before it is raised', ({ breach }) => INFORMING[breach.informClient.beforeRaising]],
  ['Client told before anybody acts', ({ breach }) => INFORMING[breach.informClient.beforeActing]],
  [
    'Advice first',
    ({ breach: { consult }, access }) => (consult ? `${consult.atLeast} ${titleOf(access, consult.of)}` : ''),
  ],
  ['First stage: asked in this order', (policy) => seats(policy, 0)],
  ['First stage: silent for', ({ breach }) => `${breach.stages[0]!.silenceMinutes} minutes`],
  ['First stage: on record', (policy) => records(policy)],
  ['Second stage: asked in this order', (policy) => seats(policy, 1)],
  ['Second stage: who decided before', (policy) => again(policy)],
  ['Identity by stage', ({ breach }) => breach.stages.map(({ identity }) => IDENTITY[identity]).join(', then ')],
  ['A no is', ({ breach }) => breach.stages.map(({ no }) => NO[no]).join(', then ')],
  ['Kept out', ({ breach, access }) => (breach.investigators ? titleOf(access, breach.investigators) : '')],
  [
    'Colleagues asked without naming the client',
    ({ access, consultation }) => consultation.kinds.map(({ of }) => titleOf(access, of)).join('; '),
  ],
  [
    'Concerns: client warned, and consulted are',
    ({ access, concerns, labels }) =>
      concerns.map(({ id, consults }) => `${labels[`concern.${id}`]}: ${titleOf(access, consults)}`).join('; '),
  ],
  ['Last resort', ({ breach, access }) => titleOf(access, breach.lastResort)],
  ['An authorisation lasts', ({ breach }) => `${breach.expiresHours} hours`],
  ['The report says', (policy) => stated(policy, policy.breach.report)],
  ['Before it is done', (policy) => stated(policy, ['actions-done', ...policy.breach.closing])],
  [
    'In an emergency: call',
    ({ emergency, labels }) =>
      emergency.numbers.map(({ id, number }) => `${number} (${labels[`number.${id}`]})`).join('; '),
  ],
  [
    'In an emergency: told',
    ({ access, emergency }) => emergency.notify.map((role) => titleOf(access, role)).join('; '),
  ],
  ['In an emergency: recorded within', ({ emergency }) => `${emergency.afterRecordMinutes} minutes`],
]

const titleOf = ({ roles }: Policy['access'], role: string): string => roles[role]!.title

function seats({ breach, access }: Policy, stage: number): string {
  const told = ({ who, names, urgentOnly }: Seat) =>
    [
      who === REQUESTER ? 'whoever raised it' : titleOf(access, who),
      names ? `names one of: ${titleOf(access, names)}` : '',
      urgentOnly ? 'if urgent' : '',
    ]
      .filter(Boolean)
      .join(', ')
  return breach.stages[stage]?.asked.map(told).join('; ') ?? ''
}

function records(policy: Policy): string {
  const { either, yes, no } = policy.breach.stages[0]!.records
  const told = (answer: string, codes: readonly string[]) =>
    codes.length > 0 ? `${answer}${stated(policy, codes)}` : ''
  return [told('', either), told('with a yes: ', yes), told('with a no: ', no)].filter(Boolean).join('; ')
}

/** Statements in the words under which people are asked for them. */
const stated = ({ labels }: Policy, codes: readonly string[]): string =>
  codes
    .map((code) => {
      const key = `state.${code}`
      return isWordKey(key) ? words('en-GB', key, { client: labels['term.client']! }) : code
    })
    .join('; ')

const INFORMING = {
  required: 'always',
  'where-possible': 'where possible, else why not',
  open: 'as they see fit',
} as const
const IDENTITY = { named: 'shown', revealed: 'shown at a further, recorded step', brief: 'not shown' } as const
const NO = { filed: 'filed; it may be asked again', final: 'final, unless the facts are new' } as const

function again({ breach, access }: Policy): string {
  const stage = breach.stages[1]
  if (!stage) return ''
  return stage.again ? `may, after the advice of: ${titleOf(access, stage.again.afterAdviceOf)}` : 'may not'
}

/** The table as text; a subject of which a policy has nothing shows a dash. */
export function comparison(policies: readonly Policy[]): string {
  const width = Math.max(...policies.map(({ name }) => name.length))
  return SUBJECTS.map(([subject, said]) =>
    [subject, ...policies.map((policy) => `  ${policy.name.padEnd(width)}  ${said(policy) || '-'}`)].join('\n'),
  ).join('\n\n')
}

if (require.main === module) {
  const profiles = readdirSync(PROFILES_FOLDER).map((file) => readProfile(file.replace('.json', '')))
  process.stdout.write(`${comparison(profiles)}\n`)
}
