import { z } from 'zod'
import type { AfterRecord, EmergencyContent, LateAdvice } from '../services/emergency/emergency.types'
import { buttons, makeButton } from './button'
import { inWords } from './emergency'
import { excerpt } from './excerpt'
import type { Look } from './look'
import { home } from './offer'
import { cardTemplate, type Screen } from './render'

const contract = z.strictObject({
  heading: z.string(),
  badges: z.string(),
  marks: z.array(z.strictObject({ text: z.string() })),
  entries: z.array(z.strictObject({ about: z.string(), text: z.string() })),
  actions: buttons,
})

const template = cardTemplate('emergency-file', 'content', contract)

const SHOWN_BYTES = 1600
/** So many entries of so many bytes fit on a card. */
const SHOWN_ENTRIES = 12

interface Line {
  about: string
  text: string
}

/** What was recorded of an emergency, for the answer to a press; whoever reviews it can say so. */
export function emergencyFile(look: Look, view: EmergencyContent): Screen<'content'> {
  const { after, emergencyId, lateAdvice, review, state } = view
  const actions = [home(look)]
  if (view.mayReview)
    actions.unshift(
      makeButton(look.say('button.emergency.review'), 'emergency.review', { emergencyId }, { primary: true }),
    )
  const entries = [
    { about: look.say('emergency.file-by'), text: view.openedByName },
    ...(view.stoodDown
      ? [{ about: look.say('emergency.file-stood-down'), text: look.named('emergency.stand-down', view.stoodDown) }]
      : []),
    ...(after ? recordLines(look, after) : []),
    ...(lateAdvice ? [adviceLine(look, lateAdvice)] : []),
    ...(review ? [findingLine(look, review)] : []),
  ]
  return template(look, {
    heading: look.say('emergency.file', { when: look.when(view.openedAt) }),
    badges: look.say('emergency.file-badges', { ...inWords(view), state }),
    marks: [
      ...(view.outside ? [{ text: look.say('emergency.file-outside') }] : []),
      ...(view.consult === 'owed' ? [{ text: look.say('emergency.owed') }] : []),
    ],
    entries: entries.slice(0, SHOWN_ENTRIES).map(({ about, text }) => ({ about, text: excerpt(text, SHOWN_BYTES) })),
    actions,
  })
}

const findingLine = (look: Look, { at, within, finding }: NonNullable<EmergencyContent['review']>): Line => ({
  about: look.say('emergency.file-finding', { when: look.when(at), within: within ? 'yes' : 'no' }),
  text: finding,
})

/** Without a time where it stands beside one. */
const adviceLine = (look: Look, { advisers, advice, at }: LateAdvice & { at?: Date }): Line => ({
  about: look.say('emergency.said-advised', { advisers, when: at ? look.when(at) : 'none' }),
  text: advice,
})

/** The record in words, a line for each thing said. */
function recordLines(look: Look, after: AfterRecord): Line[] {
  const { calls, toldClient, danger, shared, excluded, consulted } = after
  const said = (about: string, text: string) => (text === '' ? [] : [{ about, text }])
  return [
    ...calls.map(({ service, other, at, told }) => ({
      about: look.say('emergency.said-call', {
        service: service ? look.label(`number.${service}`) : other,
        when: look.when(at),
      }),
      text: told,
    })),
    { about: look.say('emergency.said-client'), text: look.named('emergency.told-client', toldClient) },
    { about: look.say('emergency.said-danger'), text: look.named('emergency.danger', danger) },
    { about: look.say('emergency.said-shared'), text: shared || look.say('emergency.said-shared-none') },
    ...said(look.say('emergency.said-excluded'), excluded),
    ...said(look.say('emergency.said-consulted'), consulted),
  ]
}

const inOneText = (lines: readonly Line[]): string => lines.map(({ about, text }) => `${about}: ${text}`).join('\n')

/** The same as one text, for the chronology of a case. */
export const recordInWords = (look: Look, after: AfterRecord): string => inOneText(recordLines(look, after))

export const adviceInWords = (look: Look, said: LateAdvice): string => inOneText([adviceLine(look, said)])
