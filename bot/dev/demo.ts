import { parseArgs } from 'node:util'
import { CaseworkError } from '../../services/platform/errors'
import { faultCode } from '../../services/platform/logger'
import { breachStory } from './demo-breach'
import { mainStory } from './demo-main'
import { type Stage, setStage } from './demo-stage'

/** What `npm run demo -- --story <name> --union <id>` plays; without arguments the main job. */
const STORIES: Readonly<Record<string, (stage: Stage, union: string) => Promise<void>>> = {
  main: mainStory,
  breach: breachStory,
}

/** Plays a story through the real server and prints what each person sees, for somebody to follow. */
async function demo(): Promise<void> {
  const { story, ...named } = parseArgs({
    options: { story: { type: 'string', default: 'main' }, union: { type: 'string' } },
  }).values
  const play = STORIES[story]
  if (!play) throw new CaseworkError('unknown-story')
  const stage = await setStage()
  try {
    const union = named.union ?? stage.people.find(({ role }) => role === 'front')!.orgId
    await play(stage, union)
    stage.print('\nWhat was recorded holds.')
    const verified = await stage.bot.services.audit.verify(union)
    stage.print(`   ${verified.entries} audit entries in ${verified.chains} chains, ${verified.broken.length} broken.`)
    if (verified.broken.length > 0) throw new CaseworkError('audit-broken')
    stage.print('\nThe story is complete.')
  } finally {
    await stage.stop()
  }
}

demo().catch((fault: unknown) => {
  process.stderr.write(`The demo stopped: ${faultCode(fault)}\n`)
  process.exitCode = 1
})
