import { type Effort, type Figure, figure } from './measure'
import { vsDriver } from './vs-driver'
import type { World } from './world'

/** Accepting an allocation against the bare driver. */
export async function acceptVsDriver(
  { coordinators, mongo, services, ...world }: World,
  effort: Effort,
): Promise<Figure[]> {
  const { ratio, rate, documents } = await vsDriver(mongo, effort, {
    prepare: async (index) => {
      const persona = coordinators[index % coordinators.length]!
      return { persona, ...(await world.offered(persona)) }
    },
    work: async ({ persona, allocationId, version }) => {
      const outcome = await services.allocation.accept(world.actor(persona), { allocationId, version })
      if (!outcome.ok) throw new Error(outcome.reason)
    },
  })
  return [
    figure('accept-vs-driver', ratio, 'ratio', '>= 0.5'),
    figure('accept-rate', rate, 'accepts/s'),
    figure('accept-documents', documents, 'documents'),
  ]
}
