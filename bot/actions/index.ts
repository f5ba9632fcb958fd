import type { Action } from './action'
import { allocation } from './allocation'
import { audit } from './audit'
import { breach } from './breach'
import { cases } from './cases'
import { consultations } from './consultations'
import { emergency } from './emergency'
import { forms } from './forms'
import { lists } from './lists'

export type { Action, Press } from './action'

/** The table: everything that a button can do, who may, and what must come with it. Only `EMERGENCY` goes before it. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  ...lists,
  ...forms,
  ...allocation,
  ...cases,
  ...audit,
  ...breach,
  ...emergency,
  ...consultations,
}
