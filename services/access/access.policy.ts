import { z } from 'zod'

/** What somebody may do. Roles are the union's; code knows these alone. */
const PERMISSIONS = [
  'intake.take',
  'allocation.offer',
  'allocation.answer',
  'case.read.opening',
  'case.read.held',
  'case.read.all',
  'case.correct',
  'contact.record',
  'callback.manage',
  'absence.record',
  'refusal.lookup',
  /** Ask for confidentiality to be breached in a case that they may open. */
  'breach.request',
  /** Be asked in such a request: to advise, decide, authorise or name somebody; by whom and when is the chain's to say. */
  'breach.answer',
  /** Read how many requests there were, and how they ended. */
  'breach.count',
  /** Ask colleagues about a case without naming the client, and raise concerns; be asked so, and reply. */
  'consultation.ask',
  'consultation.answer',
  /** Look after emergencies: unrecorded ones, their review, the care for whoever went through one. */
  'emergency.review',
  'audit.read',
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** The roles of the confidential circle, with the union's titles and what each may do. */
export const accessPolicy = z.strictObject({
  roles: z.record(
    z.string().regex(/^[a-z][a-z-]*$/),
    z
      .strictObject({
        title: z.string().min(1),
        titles: z.array(z.string()).default([]),
        /** None for people who have to be known because they are kept out (`breach.investigators`). */
        permissions: z.array(z.enum(PERMISSIONS)),
        /** The commands that this role's home shows as buttons, most used first. */
        home: z.array(z.string()).max(6),
      })
      .refine(({ permissions, home }) => permissions.length > 0 === home.length > 0, {
        path: ['permissions'],
        error: 'a role may do something and has a home, or neither',
      }),
  ),
})

export type AccessPolicy = z.infer<typeof accessPolicy>
