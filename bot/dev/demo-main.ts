import type { Stage } from './demo-stage'

const CALLER = { name: 'Quinn Invented', number: '1234567', reason: 'A letter about a module mark' }

/** The telephone rings, a case is opened, offered and accepted, and a first note is written. */
export async function mainStory({ bot, graph, people, print, newest, say, press, show }: Stage, union: string) {
  const assistant = people.find(({ orgId, role }) => orgId === union && role === 'front')!
  const asked = () =>
    people.find((person) => person.orgId === union && newest(person)?.summary.includes('Action needed'))
  print('1. The telephone rings. Before any details, the script.')
  let card = await say(assistant, 'intake')
  card = await press(assistant, card, 'Telephone')
  card = await press(assistant, card, 'Yes: advice is needed', { kind: 'general' })
  card = await press(assistant, card, 'Go on', { done: 'true' })
  card = await press(assistant, card, 'Go on', { done: 'true', answer: 'yes' })
  card = await press(assistant, card, 'Go on', { done: 'true' })
  card = await press(assistant, card, 'Go on', { done: 'true', answer: 'no' })
  print('\n2. Three details, read back; the next on the rota is proposed.')
  card = await press(assistant, card, 'Open the case', CALLER)
  await press(assistant, card, 'Offer the case', { urgent: 'false' })
  await bot.worker.drain()
  print('\n3. The card arrives by itself, and a mail. Neither names anybody.')
  const who = asked()!
  const offer = newest(who)!
  show(who, offer)
  for (const mail of graph.sentMail()) print(`      mail: ${mail.subject}`)
  print('\n4. Accepted; the file opens, and a first note is written.')
  card = await press(who, offer, 'Accept case')
  card = await press(who, card, 'Open the case')
  card = await press(who, card, 'Add a note')
  card = await press(who, card, 'Save', { text: 'Explained the appeal form and its deadline.' })
  card = await press(who, card, 'Open the case')
  await press(who, card, 'Put away')
}
