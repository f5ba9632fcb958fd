import type { Scope } from '../platform/mongo'
import type { EngagementRecord } from './intake.types'

const engagements = (scope: Scope) => scope.collection<EngagementRecord>('engagements')

export const insertEngagement = (scope: Scope, record: EngagementRecord): Promise<void> =>
  engagements(scope).insert(record)

export const findEngagement = (scope: Scope, id: string): Promise<EngagementRecord | null> =>
  engagements(scope).findOne({ _id: id })
