import { z } from 'zod'
import { badRequest, context, type Handler } from './answers'

const MOST_PEOPLE = 650
const presencesBody = z.strictObject({ ids: z.array(z.string()) })

/** POST /communications/getPresencesByUserId: people who do not exist are left out of the answer. */
export const getPresences: Handler = ({ directory, body, origin }) => {
  const asked = presencesBody.safeParse(body)
  if (!asked.success) return badRequest('The request needs ids, a list of strings.')
  const { ids } = asked.data
  if (ids.length > MOST_PEOPLE) return badRequest(`More than ${MOST_PEOPLE} values in ids.`)
  const people = ids.flatMap((id) => directory.person(id) ?? [])
  return {
    status: 200,
    body: {
      '@odata.context': context(origin, 'Collection(microsoft.graph.presence)'),
      value: people.map(({ id, presence = 'Available' }) => ({
        id,
        availability: presence,
        activity: presence,
        outOfOfficeSettings: { message: null, isOutOfOffice: false },
      })),
    },
  }
}
