import { makeButton } from '../cards/button'
import { caseShell } from '../cards/case'
import type { Look } from '../cards/look'
import { notice } from '../cards/notice'
import { home, offer, offered } from '../cards/offer'
import { readReference, showReference } from '../services/platform/ids'
import type { Answered, DialogDefinition, Finished } from './card-dialog'
import type { Acting } from './dialog-turn'
import type { AskedField, Inputs, Question } from './question'
import { refused } from './refused'

/** What an answer lacks, in words; nothing where all is well. */
type Check = (inputs: Inputs) => string[]

/** A form of one card. */
function oneCard(
  acting: Acting,
  answers: readonly Answered[],
  question: Omit<Question, 'key' | 'read' | 'submit'> & { submit?: string; check?: Check },
): Question | null {
  if (answers.length > 0) return null
  const { check = () => [], ...asked } = question
  return {
    key: 'form',
    submit: acting.look.say('button.save'),
    ...asked,
    read: (inputs) => {
      const problems = check(inputs)
      return problems.length > 0 ? { problems } : { answer: { ...inputs } }
    },
  }
}

const typed = (answers: readonly Answered[], field: string): string => String(answers[0]?.answer[field] ?? '')

const done = (look: Look, heading: string, caseId?: string): Finished => {
  const open = caseId ? [makeButton(look.say('button.open-case'), 'case.open', { caseId })] : []
  return { screen: notice(look, heading, [], [...open, home(look)]) }
}

const missing = (look: Look, inputs: Inputs, id: string, label: string): string[] =>
  (inputs[id] ?? '').trim() === '' ? [look.say('problem.missing', { field: label })] : []

const chosen = (look: Look, inputs: Inputs, id: string, label: string, options: readonly string[]): string[] =>
  options.includes(inputs[id] ?? '') ? [] : [look.say('problem.choose', { field: label })]

const reference = (options: Readonly<Record<string, string | number>>) => showReference(String(options.reference))

/** Adds a note to a case; the first one of a file that lacks its first contact is that (CAR-24). */
const note: DialogDefinition = {
  id: 'note',
  permission: 'contact.record',
  next: (acting, options, answers) => {
    const { look } = acting
    const label = look.say('note.text')
    return oneCard(acting, answers, {
      heading: look.say('note.heading', { reference: reference(options) }),
      fields: [{ kind: 'lines', id: 'text', label, max: 8000 }],
      check: (inputs) => missing(look, inputs, 'text', label),
    })
  },
  finish: async (acting, id, options, answers) => {
    const { actor, look, services } = acting
    const caseId = String(options.caseId)
    const outcome = await services.contacts.record(actor, { id, caseId, text: typed(answers, 'text') })
    if (outcome.ok) return done(look, look.say('done.note', { reference: reference(options) }), caseId)
    if (outcome.reason === 'missing' || outcome.reason === 'too-long')
      return { problems: [look.say(`problem.${outcome.reason}`, { field: look.say('note.text'), max: 8000 })] }
    return refused(acting, outcome)
  },
}

/** Says why an offer is declined; the next on the rota is asked at once. */
const decline: DialogDefinition = {
  id: 'decline',
  permission: 'allocation.answer',
  next: (acting, options, answers) => {
    const { look, policy } = acting
    const label = look.say('decline.why')
    const reasons = policy.allocation.declineReasons
    return oneCard(acting, answers, {
      heading: look.say('decline.heading', { reference: reference(options) }),
      hint: look.say('decline.hint'),
      fields: [choiceField(look, 'because', label, reasons, 'decline')],
      submit: look.say('button.decline'),
      check: (inputs) => chosen(look, inputs, 'because', label, reasons),
    })
  },
  finish: async (acting, _id, options, answers) => {
    const pressed = { allocationId: String(options.allocationId), version: Number(options.version) }
    const outcome = await acting.services.allocation.decline(acting.actor, {
      ...pressed,
      because: typed(answers, 'because'),
    })
    return outcome.ok ? { screen: offer(acting.look, outcome.view) } : refused(acting, outcome)
  },
}

/** Chooses somebody else than the rota proposes, with a reason (CAR-14). */
const choose: DialogDefinition = {
  id: 'choose',
  permission: 'allocation.offer',
  next: (acting, options, answers) => {
    const { look, policy } = acting
    const people = JSON.parse(String(options.choices)) as { staffId: string; title: string }[]
    const who = look.say('choose.who')
    const why = look.say('choose.why')
    const reasons = policy.allocation.otherReasons
    return oneCard(acting, answers, {
      heading: look.say('choose.heading', { reference: reference(options) }),
      fields: [
        {
          kind: 'choice',
          id: 'to',
          label: who,
          style: 'compact',
          choices: people.map(({ staffId, title }) => ({ title, value: staffId })),
        },
        choiceField(look, 'because', why, reasons, 'other'),
        { kind: 'tick', id: 'urgent', label: look.say('proposal.urgent') },
      ],
      submit: look.say('button.confirm'),
      check: (inputs) => [
        ...chosen(
          look,
          inputs,
          'to',
          who,
          people.map(({ staffId }) => staffId),
        ),
        ...chosen(look, inputs, 'because', why, reasons),
      ],
    })
  },
  finish: async (acting, _id, options, answers) => {
    const { actor, look, policy, services } = acting
    const outcome = await services.allocation.confirm(actor, {
      allocationId: String(options.allocationId),
      version: Number(options.version),
      to: typed(answers, 'to'),
      because: typed(answers, 'because'),
      urgent: typed(answers, 'urgent') === 'true',
    })
    if (outcome.ok) return { screen: offered(look, outcome.view, policy.allocation.mail) }
    if (outcome.reason === 'passed-over') return { problems: [look.say('refusal.passed-over')] }
    return refused(acting, outcome)
  },
}

/** Puts a mistyped name or number right until the case is accepted. */
const correct: DialogDefinition = {
  id: 'correct',
  permission: 'case.correct',
  next: (acting, options, answers) => {
    const { look, policy } = acting
    const { required } = policy.intake.studentNumber
    const name = look.say('intake.name')
    const number = look.say('intake.number', { required: required ? 'yes' : 'no' })
    return oneCard(acting, answers, {
      heading: look.say('correct.heading', { reference: reference(options) }),
      fields: [
        { kind: 'text', id: 'name', label: name, max: 100 },
        { kind: 'text', id: 'number', label: number, max: 20 },
      ],
      check: (inputs) => missing(look, inputs, 'name', name),
    })
  },
  finish: async (acting, _id, options, answers) => {
    const { actor, look, policy, services } = acting
    const caseId = String(options.caseId)
    const details = { name: typed(answers, 'name'), number: typed(answers, 'number') }
    const outcome = await services.cases.correct(actor, { caseId, version: Number(options.version), ...details })
    if (outcome.ok) {
      const proposalButton = makeButton(look.say('button.go'), 'proposal', { caseId }, { primary: true })
      const heading = look.say('done.correct', { reference: reference(options) })
      return { screen: notice(look, heading, [], [proposalButton, home(look)]) }
    }
    if (outcome.reason === 'missing' || outcome.reason === 'not-a-student-number' || outcome.reason === 'too-long') {
      const { example } = policy.intake.studentNumber
      const field = look.say('intake.number', { required: 'yes' })
      return { problems: [look.say(`problem.${outcome.reason}`, { field, example, max: 100 })] }
    }
    return refused(acting, outcome)
  },
}

/** The caller cannot be put through and agrees to be called back: consent first, then the number. */
const callBack: DialogDefinition = {
  id: 'call-back',
  permission: 'callback.manage',
  next: (acting, options, answers) => {
    const { look } = acting
    return oneCard(acting, answers, {
      heading: look.say('call-back.heading', { reference: reference(options) }),
      fields: [
        { kind: 'tick', id: 'consent', label: look.say('call-back.consent') },
        { kind: 'text', id: 'number', label: look.say('call-back.number'), max: 20 },
        { kind: 'text', id: 'when', label: look.say('call-back.when'), max: 100 },
      ],
      check: (inputs) => (inputs.consent === 'true' ? [] : [look.say('problem.consent')]),
    })
  },
  finish: async (acting, id, options, answers) => {
    const { actor, look, services } = acting
    const caseId = String(options.caseId)
    const agreed = { consent: true, number: typed(answers, 'number'), when: typed(answers, 'when') }
    const outcome = await services.callBacks.agree(actor, { id, caseId, ...agreed })
    if (outcome.ok) return done(look, look.say('done.call-back', { reference: reference(options) }))
    if (outcome.reason === 'not-a-number' || outcome.reason === 'too-long')
      return { problems: [look.say('problem.phone')] }
    return refused(acting, outcome)
  },
}

/** One's own absence: passed over on the rota until the first day back. */
const away: DialogDefinition = {
  id: 'away',
  permission: 'absence.record',
  next: (acting, _options, answers) => {
    const { look } = acting
    return oneCard(acting, answers, {
      heading: look.say('away.heading'),
      fields: [{ kind: 'date', id: 'until', label: look.say('away.until') }],
      choices: [{ title: look.say('button.back-again'), value: 'back' }],
      check: ({ choice, until = '' }) =>
        choice === 'back' || /^\d{4}-\d{2}-\d{2}$/.test(until) ? [] : [look.say('problem.date')],
    })
  },
  finish: async (acting, id, _options, answers) => {
    const { actor, look, services } = acting
    if (typed(answers, 'choice') === 'back') {
      const ended = await services.people.back(actor)
      return ended.ok ? done(look, look.say('done.back')) : refused(acting, ended)
    }
    const until = typed(answers, 'until')
    const outcome = await services.people.away(actor, { id, until })
    if (outcome.ok) return done(look, look.say('done.away', { until: look.day(until) }))
    return outcome.reason === 'not-in-future' ? { problems: [look.say('problem.date')] } : refused(acting, outcome)
  },
}

/** Opens a case by its reference without typing it into the chat. */
const openCase: DialogDefinition = {
  id: 'case',
  permission: 'absence.record',
  next: (acting, _options, answers) => {
    const { look } = acting
    return oneCard(acting, answers, {
      heading: look.say('open.heading'),
      fields: [{ kind: 'text', id: 'reference', label: look.say('open.reference'), max: 20 }],
      submit: look.say('button.show'),
      check: (inputs) => (readReference(inputs.reference ?? '') ? [] : [look.say('problem.reference')]),
    })
  },
  finish: async (acting, _id, _options, answers) => {
    const found = await acting.services.cases.find(acting.actor, {
      reference: readReference(typed(answers, 'reference'))!,
    })
    return found.ok ? { screen: caseShell(acting.look, found.view) } : refused(acting, found)
  },
}

/** What stands behind the code that somebody was shown with a refusal. */
const code: DialogDefinition = {
  id: 'code',
  permission: 'refusal.lookup',
  next: (acting, _options, answers) => {
    const { look } = acting
    const label = look.say('code.code')
    return oneCard(acting, answers, {
      heading: look.say('code.heading'),
      fields: [{ kind: 'text', id: 'code', label, max: 10 }],
      submit: look.say('button.show'),
      check: (inputs) => missing(look, inputs, 'code', label),
    })
  },
  finish: async (acting, _id, _options, answers) => {
    const { actor, look, services } = acting
    const outcome = await services.audit.lookUp(actor, typed(answers, 'code').trim().toUpperCase())
    if (!outcome.ok) return refused(acting, outcome)
    const { actor: person, at, event, lookup = '', reason = '' } = outcome.entry
    const detail = look.say('code.detail', { event, when: look.when(at), actor: person })
    return { screen: notice(look, look.say('code.found', { code: lookup, reason }), [detail], [home(look)]) }
  },
}

function choiceField(
  look: Look,
  id: string,
  label: string,
  codes: readonly string[],
  group: 'decline' | 'other',
): AskedField {
  const choices = codes.map((value) => ({ title: look.label(`${group}.${value}`), value }))
  return { kind: 'choice', id, label, style: 'expanded', choices }
}

export const forms = [note, decline, choose, correct, callBack, away, openCase, code]
