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
  'audit.read',
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** The roles of the confidential circle, with the union's titles and what each may do. */
export const accessPolicy = z.strictObject({
  roles: z.record(
    z.string().regex(/^[a-z][a-z-]*$/),
    z.strictObject({
      title: z.string().min(1),
      titles: z.array(z.string()).default([]),
      permissions: z.array(z.enum(PERMISSIONS)).min(1),
      /** The commands that this role's home shows as buttons, most used first. */
      home: z.array(z.string()).min(1).max(6),
    }),
  ),
})

export type AccessPolicy = z.infer<typeof accessPolicy>
