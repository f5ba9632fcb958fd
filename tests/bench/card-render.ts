import { makeButton } from '../../cards/button'
import { caseCard, caseShell } from '../../cards/case'
import { form } from '../../cards/form'
import { list } from '../../cards/list'
import { createLook } from '../../cards/look'
import { notice } from '../../cards/notice'
import { offer } from '../../cards/offer'
import { proposal } from '../../cards/proposal'
import { readProfile } from '../../services/policy/policy.service'
import { aFieldOfEachKind, aFile, aForm, aList, anOffer, aProposal, aRow, aSummary } from '../cards/views'
import { type Effort, type Figure, figure } from './measure'

/** What the slowest of the cards takes to draw, once its template is warm. */
export function cardRender(effort: Effort): Figure[] {
  const times = effort === 'full' ? 500 : 20
  const { labels, calendar } = readProfile('cardiff')
  const look = createLook({ labels, zone: calendar.zone, rota: true, sampleData: true, now: () => new Date() })
  const home = makeButton('Home', 'home')
  const cards = [
    () => list(look, aList(Array.from({ length: 20 }, () => aRow()))),
    () => form(look, aForm({ fields: [{ ...aFieldOfEachKind.lines, value: 'x'.repeat(1000) }] })),
    () => notice(look, 'Done', ['It is.'], [home]),
    () => offer(look, anOffer()),
    () => proposal(look, aProposal(), false),
    () => caseShell(look, aSummary()),
    () => caseCard(look, aFile()),
  ]
  const slowest = Math.max(
    ...cards.map((draw) => {
      for (let warm = 0; warm < times; warm++) draw()
      const begun = performance.now()
      for (let time = 0; time < times; time++) draw()
      return (performance.now() - begun) / times
    }),
  )
  return [figure('card-render-ms', slowest, 'ms', '< 1')]
}
