import type { ChannelId } from './intake.policy'

/** Every contact with the service. Of one that needs no advice nothing else is kept than is in here (CAR-12). */
export interface EngagementRecord {
  _id: string
  channel: ChannelId
  outcome: 'enquiry' | 'case' | 'storage-refused' | 'ended-early'
  /** What an enquiry was about; never anything about the person. */
  kind: string | null
  caseId: string | null
  by: string
  at: Date
}

/** What was done at one step before the details. */
export interface StepTaken {
  step: string
  done: boolean
  answer?: 'yes' | 'no' | undefined
}

/** What the client gave: exactly this, and nothing about the matter itself (CAR-34). */
export interface IntakeDetails {
  name: string
  number: string
  reason: string
}
