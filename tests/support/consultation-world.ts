import { EVERYBODY } from '../../services/consultation/consultation.service'
import type { ConsultationRecord, ConsultationSummary } from '../../services/consultation/consultation.types'
import { newId } from '../../services/platform/ids'
import { must, type ServicesWorld } from './services'

export const QUESTION = 'Somebody asks for more time after a bereavement. Who decides on it now?'
export const ADVICE = 'The department does; send the form first.'

/** What is otherwise in a question than in one that goes through. */
export interface Asking {
  id?: string
  reason?: string
  to?: string
  text?: string
  confirmed?: boolean
}

/** What is otherwise in a concern than in one that goes through. */
export interface Concern {
  id?: string
  concern?: string
  said?: boolean
  when?: { day: string; time: string }
  text?: string
  confirmed?: boolean
}

/** Questions and concerns of the sample people, each named by the beginning of their name, on real services. */
export function consultationsOn(world: () => ServicesWorld) {
  const questions = () => world().services.consultations
  const records = () => world().mongo.db.collection<ConsultationRecord>('consultations')

  const ask = (name: string, caseId: string, { id: given = newId(), ...changes }: Asking = {}) => {
    const question = { reason: 'second-view', to: EVERYBODY, text: QUESTION, confirmed: true, ...changes }
    return questions().ask(world().actor(name), { id: given, caseId, ...question })
  }
  const raise = (name: string, caseId: string, { id: given = newId(), ...changes }: Concern = {}) => {
    const said = { concern: 'crime', said: true, when: { day: '', time: '10:50' }, text: QUESTION, confirmed: true }
    return questions().raiseConcern(world().actor(name), { id: given, caseId, ...said, ...changes })
  }

  /** A case that this person holds. */
  const held = async (name: string) => (await world().accepted(world().actor(name), world().actor(name))).caseId

  return {
    questions,
    ask,
    raise,
    held,
    reply: (name: string, consultationId: string, text = ADVICE, given = newId()) =>
      questions().reply(world().actor(name), { id: given, consultationId, text }),
    show: (name: string, consultationId: string) => questions().show(world().actor(name), { consultationId }),
    close: (name: string, consultationId: string) => questions().close(world().actor(name), { consultationId }),

    /** A question that Wren asked everybody. */
    asked: async (changes: Asking = {}) => {
      const caseId = await held('Wren')
      const given = newId()
      must(await ask('Wren', caseId, { id: given, ...changes }))
      return { caseId, id: given }
    },
    /** A concern that Rowan raised. */
    raised: async (changes: Concern = {}) => {
      const caseId = await held('Rowan')
      const given = newId()
      must(await raise('Rowan', caseId, { id: given, ...changes }))
      return { caseId, id: given }
    },

    /** Begins a test: nothing was asked, nobody is away, and it is the Wednesday again. */
    afresh: () => world().beginAgain('outbox', 'duties', 'absences', 'consultations'),
    record: async (consultationId: string) => (await records().findOne({ _id: consultationId }))!,
    ofCase: (caseId: string) => records().find({ caseId }).toArray(),
  }
}

/** What people find of them: in the case, in their chats and on home. */
export function seenOn(world: () => ServicesWorld) {
  const entriesOf = async (name: string, caseId: string) =>
    must(await world().services.caseFile.open(world().actor(name), { caseId, postedAs: null })).view.entries
  const askedCards = (subject: string) => world().outbox({ card: 'consultation', subject })

  return {
    id: (name: string) => world().actor(name).staffId,
    entriesOf,
    entryOf: async (name: string, caseId: string, wanted: string) =>
      (await entriesOf(name, caseId)).find(({ kind }) => kind === wanted),
    askedCards,
    posted: async (subject: string) => (await askedCards(subject)).map(({ to }) => to).sort(),
    /** What waits for somebody. */
    waiting: async (name: string): Promise<ConsultationSummary['what'][]> => {
      const { services, actor } = world()
      const { orgId } = actor(name)
      const read = await services.together(orgId, { rows: services.consultations.waitingFor(actor(name), 100) })
      return read.rows.map(({ what }) => what)
    },
  }
}
