import { CardFactory, type TurnContext } from 'botbuilder'
import type { Screen, Shell } from '../cards/render'

/** Answers a press: the card takes the place of the pressed one, for this person and for now. */
export const respond = async (context: TurnContext, { card }: Screen): Promise<void> => {
  const body = { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card }
  await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } })
}

/** Only a shell can be posted: the type says so. */
export const post = async (context: TurnContext, { card, summary }: Shell): Promise<string | undefined> =>
  (await context.sendActivity({ type: 'message', summary, attachments: [CardFactory.adaptiveCard(card)] }))?.id

/** Draws a posted card anew. */
export const update = async (context: TurnContext, id: string, { card, summary }: Shell): Promise<void> => {
  await context.updateActivity({ type: 'message', id, summary, attachments: [CardFactory.adaptiveCard(card)] })
}
