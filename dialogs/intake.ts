import { notice } from '../cards/notice'
import { home } from '../cards/offer'
import { proposal } from '../cards/proposal'
import type { ChannelId } from '../services/intake/intake.policy'
import { type DetailsProblem, detailsProblems } from '../services/intake/intake.service'
import type { IntakeDetails, StepTaken } from '../services/intake/intake.types'
import type { Answered, DialogDefinition, Finished } from './card-dialog'
import type { Acting } from './dialog-turn'
import type { Question, Read } from './question'
import { refused } from './refused'

const NAME_LENGTH = 100

/**
 * Somebody gets in touch: channel, whether advice is needed, the steps that the union's policy puts before the details,
 * and then three details (CAR-12, CAR-34, CAR-62, CAR-69, CAR-71). Each way out keeps what must be kept.
 */
export const intake: DialogDefinition = {
  id: 'intake',
  permission: 'intake.take',

  next(acting, _options, answers) {
    const channelId = answerOf(answers, 'channel')?.choice as ChannelId | undefined
    if (!channelId) return askChannel(acting)
    const advice = answerOf(answers, 'advice')
    if (!advice) return askAdvice(acting, channelId)
    if (advice.choice === 'no') return null
    const { steps } = acting.policy.intake.channels.find(({ id }) => id === channelId)!
    for (const [index, step] of steps.entries()) {
      const taken = answerOf(answers, `step ${step}`)
      if (!taken) return askStep(acting, step, index + 1, steps.length + 1)
      if (taken.choice === 'ended') return null
      const refusedStorage = acting.policy.intake.steps[step]!.asks === 'store' && taken.answer === 'no'
      if (refusedStorage) return answerOf(answers, 'without') ? null : tellLimits(acting)
    }
    return answerOf(answers, 'details') ? null : askDetails(acting, steps.length + 1)
  },

  async finish(acting, id, _options, answers) {
    const { actor, look, services } = acting
    const channel = answerOf(answers, 'channel')!.choice as ChannelId
    const at = { channel: look.named('channel', channel), when: look.when(services.clock.now()) }
    const advice = answerOf(answers, 'advice')!
    if (advice.choice === 'no') {
      const kind = String(advice.kind)
      const outcome = await services.intake.recordEnquiry(actor, { id, channel, kind })
      const detail = look.say('done.enquiry-detail', { ...at, kind: look.label(`kind.${kind}`) })
      return outcome.ok ? done(acting, look.say('done.enquiry'), detail) : refused(acting, outcome)
    }
    const details = answerOf(answers, 'details')
    if (!details) {
      const ended = answerOf(answers, 'without') ? 'storage-refused' : 'ended-early'
      const outcome = await services.intake.recordWithoutDetails(actor, { id, channel, outcome: ended })
      return outcome.ok
        ? done(acting, look.say('done.ended'), look.say('done.ended-detail', at))
        : refused(acting, outcome)
    }
    const typed = { name: String(details.name), number: String(details.number), reason: String(details.reason) }
    const opened = await services.intake.openCase(actor, { id, channel, steps: stepsTaken(answers), details: typed })
    if (!opened.ok) return refused(acting, opened)
    const shown = await services.allocation.proposal(actor, { allocationId: opened.allocationId })
    const manual = acting.policy.allocation.mode === 'manual'
    return shown.ok ? { screen: proposal(look, shown.view, manual) } : refused(acting, shown)
  },
}

const answerOf = (answers: readonly Answered[], key: string) => answers.find((answered) => answered.key === key)?.answer

function stepsTaken(answers: readonly Answered[]): StepTaken[] {
  return answers
    .filter(({ key }) => key.startsWith('step '))
    .map(({ key, answer }) => ({
      step: key.slice('step '.length),
      done: answer.done === true,
      answer: answer.answer === 'yes' || answer.answer === 'no' ? answer.answer : undefined,
    }))
}

const done = ({ look }: Acting, heading: string, detail: string): Finished => ({
  screen: notice(look, heading, [detail], [home(look)]),
})

function askChannel({ look, policy }: Acting): Question {
  const channels = policy.intake.channels.map(({ id }) => id)
  return {
    key: 'channel',
    heading: look.say('intake.channel'),
    fields: [],
    choices: channels.map((id, index) => ({ title: look.named('channel', id), value: id, primary: index === 0 })),
    read: ({ choice }): Read =>
      channels.some((id) => id === choice)
        ? { answer: { choice: choice! } }
        : { problems: [look.say('problem.typed')] },
  }
}

function askAdvice({ look, policy }: Acting, channel: ChannelId): Question {
  const kinds = policy.intake.enquiryKinds
  return {
    key: 'advice',
    heading: look.say('intake.advice'),
    hint: look.say('intake.advice-hint', { channel: look.named('channel', channel) }),
    fields: [
      {
        kind: 'choice',
        id: 'kind',
        label: look.say('intake.kind'),
        value: kinds[0]!,
        style: 'compact',
        choices: kinds.map((kind) => ({ title: look.label(`kind.${kind}`), value: kind })),
      },
    ],
    choices: [
      { title: look.say('button.yes-advice'), value: 'yes', primary: true },
      { title: look.say('button.enquiry'), value: 'no', inputs: true },
    ],
    read: ({ choice, kind = '' }): Read => {
      if (choice === 'yes') return { answer: { choice } }
      if (choice === 'no' && kinds.includes(kind)) return { answer: { choice, kind } }
      return { problems: [look.say('problem.choose', { field: look.say('intake.kind') })] }
    },
  }
}

function askStep({ look, policy }: Acting, step: string, number: number, steps: number): Question {
  const { asks, text } = policy.intake.steps[step]!
  const said = policy.intake.channels.some(({ putThrough, steps: own }) => putThrough && own.includes(step))
  const yesNo = [
    { title: look.say('step.yes'), value: 'yes' },
    { title: look.say('step.no'), value: 'no' },
  ]
  return {
    key: `step ${step}`,
    heading: look.say('intake.locked'),
    progress: look.say('step.progress', { step: number, steps }),
    spoken: policy.texts[text]!.text,
    fields: [
      { kind: 'tick', id: 'done', label: look.say(said ? 'step.said' : 'step.done') },
      ...(asks
        ? [
            {
              kind: 'choice' as const,
              id: 'answer',
              label: look.say('step.answer'),
              style: 'expanded' as const,
              choices: yesNo,
            },
          ]
        : []),
    ],
    submit: look.say('button.go'),
    choices: [{ title: look.say('button.hung-up'), value: 'ended' }],
    read: ({ choice, done: ticked, answer = '' }): Read => {
      if (choice === 'ended') return { answer: { choice } }
      const problems: string[] = []
      if (ticked !== 'true') problems.push(look.say('problem.tick'))
      if (asks && answer !== 'yes' && answer !== 'no') problems.push(look.say('problem.answer'))
      return problems.length > 0 ? { problems } : { answer: { done: true, answer } }
    },
  }
}

function tellLimits({ look, policy }: Acting): Question {
  return {
    key: 'without',
    heading: look.say('intake.storage-refused'),
    spoken: policy.texts[policy.consent.storeRefused.text]!.text,
    fields: [],
    choices: [{ title: look.say('button.without-details'), value: 'record', primary: true }],
    read: () => ({ answer: { choice: 'record' } }),
  }
}

function askDetails({ look, policy }: Acting, step: number): Question {
  const { studentNumber, reasonMaxLength } = policy.intake
  const required = studentNumber.required ? 'yes' : 'no'
  const labels = {
    name: look.say('intake.name'),
    number: look.say('intake.number', { required }),
    reason: look.say('intake.reason'),
  }
  const limits = { name: NAME_LENGTH, number: 20, reason: reasonMaxLength }
  const problem = (field: keyof IntakeDetails, what: DetailsProblem) =>
    look.say(`problem.${what}`, { field: labels[field], max: limits[field], example: studentNumber.example })
  return {
    key: 'details',
    heading: look.say('intake.details'),
    progress: step > 1 ? look.say('step.progress', { step, steps: step }) : '',
    hint: look.say('intake.details-hint'),
    fields: [
      { kind: 'text', id: 'name', label: labels.name, max: limits.name },
      { kind: 'text', id: 'number', label: labels.number, max: limits.number },
      { kind: 'text', id: 'reason', label: labels.reason, max: limits.reason },
    ],
    submit: look.say('intake.open'),
    choices: step > 1 ? [{ title: look.say('button.hung-up'), value: 'ended' }] : [],
    read: ({ choice, name = '', number = '', reason = '' }): Read => {
      if (choice === 'ended') return { answer: { choice } }
      const found = Object.entries(detailsProblems({ name, number, reason }, policy.intake))
      if (found.length > 0)
        return { problems: found.map(([field, what]) => problem(field as keyof IntakeDetails, what)) }
      return { answer: { name, number, reason } }
    },
  }
}
