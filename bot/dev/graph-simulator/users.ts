import { z } from 'zod'
import { badRequest, context, type Handler, notFound } from './answers'
import { selection, unknownOption } from './user-properties'

const MOST_GROUPS = 20
const checkMemberGroupsBody = z.strictObject({ groupIds: z.array(z.string()) })

/** GET /users/{id | userPrincipalName} */
export const getUser: Handler = ({ directory, id, query, origin }) => {
  const person = directory.person(id)
  if (!person) return notFound(id)
  const wrong = unknownOption(query, ['$select'])
  if (wrong) return wrong
  const selected = selection(query)
  if ('refused' in selected) return selected.refused
  const fields = query.has('$select') ? `(${selected.names.join(',')})` : ''
  return {
    status: 200,
    body: { '@odata.context': context(origin, `users${fields}/$entity`), ...selected.read(person) },
  }
}

/** POST /users/{id}/checkMemberGroups: groups that do not exist are left out of the answer. */
export const checkMemberGroups: Handler = ({ directory, id, body, origin }) => {
  const asked = checkMemberGroupsBody.safeParse(body)
  if (!asked.success) return badRequest('The request needs groupIds, a list of strings.')
  const { groupIds } = asked.data
  if (groupIds.length > MOST_GROUPS) return badRequest(`More than ${MOST_GROUPS} values in groupIds.`)
  const person = directory.person(id)
  if (!person) return notFound(id)
  return {
    status: 200,
    headers: { 'x-ms-resource-unit': '4' },
    body: {
      '@odata.context': context(origin, 'Collection(Edm.String)'),
      value: groupIds
        .map((groupId) => groupId.toLowerCase())
        .filter((groupId) => directory.membersOf(groupId).includes(person)),
    },
  }
}
