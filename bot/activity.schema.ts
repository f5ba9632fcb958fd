import { z } from 'zod'
import { type Outcome, refuse } from '../services/platform/outcome'

/** Deeper than any card a person can paste into a chat, shallow enough to walk through at once. */
const DEEPEST_LEVEL = 64

/** Keys with which a careless merge further down the line would change every object of the process. */
const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype']

export type ActivityRefusal = 'body-not-json' | 'body-key-forbidden' | 'body-too-deep' | 'body-shape'

/** The service leaves a field out or sends null; both mean that there is none. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .optional()

/**
 * Ids go into addresses and headers, where nothing but printable ASCII can stand, and two of them, each character as
 * three, have to fit; the service's own are nothing else, and shorter by far.
 */
const printable = z
  .string()
  .max(1_000)
  .regex(/^[\x20-\x7e]*$/)

const words = printable.min(1)

/** Entra's ids, in lower case, so that one person or tenant is never two. */
const entraId = z.guid().toLowerCase()

/** What the SDK copies into an answer, and cannot send unless it is a text. */
const names = { name: optional(z.string()), role: optional(z.string()) }

const member = z.looseObject({ id: words, aadObjectId: optional(entraId), ...names })

/**
 * What the bot reads of an activity; other fields pass through unread. Based on the Bot Framework's activity schema,
 * but stricter: no sender without an Entra object id, because names and addresses are not proof of who somebody is.
 */
const activitySchema = z.looseObject({
  type: words,
  id: words,
  timestamp: z.iso.datetime({ offset: true }),
  channelId: z.string(),
  serviceUrl: words,
  from: z.looseObject({ id: words, aadObjectId: entraId, ...names }),
  recipient: z.looseObject({ id: words, aadObjectId: optional(z.string()), ...names }),
  conversation: z.looseObject({
    id: words,
    conversationType: z.enum(['personal', 'groupChat', 'channel']),
    tenantId: optional(entraId),
    isGroup: optional(z.boolean()),
    ...names,
  }),
  channelData: optional(z.looseObject({ tenant: optional(z.looseObject({ id: entraId })) })),
  text: optional(z.string()),
  locale: optional(z.string()),
  value: z.unknown().optional(),
  name: optional(z.string()),
  replyToId: optional(printable),
  action: optional(z.string()),
  membersAdded: optional(z.array(member)),
  membersRemoved: optional(z.array(member)),
})

/** An activity that the gate let through: the token, the tenant and the shape are what they should be. */
export type VerifiedActivity = z.infer<typeof activitySchema>

/**
 * Reads a request's body as an activity. The body must be JSON in UTF-8 without a byte order mark, at most 64 levels
 * deep, and without the keys that could reach an object's prototype. Never throws; a refusal does not repeat content.
 */
export function readActivity(body: Uint8Array): Outcome<{ activity: VerifiedActivity }, ActivityRefusal> {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body))
  } catch {
    return refuse('body-not-json')
  }
  const fault = faultInTree(json)
  if (fault) return refuse(fault)
  const parsed = activitySchema.safeParse(json)
  return parsed.success ? { ok: true, activity: parsed.data } : refuse('body-shape')
}

/** Level by level rather than by recursion: the sender chooses the depth, and must not choose our stack's. */
function faultInTree(root: unknown): 'body-key-forbidden' | 'body-too-deep' | undefined {
  let level: unknown[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST_LEVEL) return 'body-too-deep'
    const below: unknown[] = []
    for (const node of level) {
      if (typeof node !== 'object' || node === null) continue
      for (const [key, child] of Object.entries(node)) {
        if (FORBIDDEN_KEYS.includes(key)) return 'body-key-forbidden'
        below.push(child)
      }
    }
    level = below
  }
  return undefined
}
