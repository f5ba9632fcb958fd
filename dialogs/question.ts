import { makeButton } from '../cards/button'
import { emptyForm, type Field, form } from '../cards/form'
import type { Look } from '../cards/look'
import type { Screen } from '../cards/render'

/** What a card brought back: every input is a string. */
export type Inputs = Readonly<Record<string, string>>

export type Answer = Readonly<Record<string, string | boolean>>

/** What became of a press: an answer, or what is wrong with it, in words. */
export type Read = { answer: Answer } | { problems: string[] }

/** A field as a question asks for it; what was typed before stands in it again. */
export type AskedField = Field extends infer Kind
  ? Kind extends Field
    ? Omit<Kind, 'value'> & { value?: string }
    : never
  : never

/** One step of a dialog: one thing to ask, on one card. */
export interface Question {
  key: string
  heading: string
  progress?: string
  /** Words to say aloud. */
  spoken?: string
  /** Somebody's own words, to be read before answering. */
  quoted?: string
  hint?: string
  /** What to look at before answering, in words. */
  doubts?: string[]
  fields: AskedField[]
  /** It shows something that somebody said, so it is never posted. */
  content?: boolean
  /** The title of the button that sends the fields; a question answered by its choices alone has none. */
  submit?: string
  /** Buttons that answer by themselves; `inputs` brings the fields along. */
  choices?: { title: string; value: string; primary?: boolean; inputs?: boolean }[]
  /** Checks what came back: the answer, or what is wrong with it, in words. */
  read(inputs: Inputs): Read | Promise<Read>
}

/** What the card of a question carries, so that only its own press counts, and only once. */
export interface Asked {
  draft: string
  nonce: string
  typed: Inputs
  problems: readonly string[]
  /** Whether there is an earlier question to go back to. */
  back: boolean
}

/** Draws a question. The first one of a dialog shows nothing typed and may be posted; later ones are answers to presses. */
export function drawQuestion(look: Look, question: Question, asked: Asked): Screen {
  const pressed = { draft: asked.draft, nonce: asked.nonce }
  const data = {
    heading: question.heading,
    progress: question.progress ?? '',
    spoken: question.spoken ?? '',
    quoted: question.quoted ?? '',
    hint: question.hint ?? '',
    problems: [...asked.problems, ...(question.doubts ?? [])].map((text) => ({ text })),
    fields: question.fields.map((field) => ({ ...field, value: asked.typed[field.id] ?? field.value ?? '' }) as Field),
    actions: [
      ...(question.submit
        ? [makeButton(question.submit, 'dialog.answer', pressed, { primary: true, inputs: true })]
        : []),
      ...(question.choices ?? []).map(({ title, value, primary = false, inputs = false }) =>
        makeButton(title, 'dialog.answer', { ...pressed, choice: value }, { primary, inputs }),
      ),
      ...(asked.back ? [makeButton(look.say('button.back'), 'dialog.back', pressed)] : []),
      makeButton(look.say('button.cancel'), 'dialog.cancel', pressed),
    ],
  }
  const blank = Object.keys(asked.typed).length === 0 && !question.fields.some((field) => field.value)
  return !question.content && !asked.back && blank && asked.problems.length === 0
    ? emptyForm(look, data)
    : form(look, data)
}
