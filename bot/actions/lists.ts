import { callBacks, home, myCases, waiting } from '../views'
import type { Action } from './action'
import { action, nothing } from './action'

/** What is to be done, and what one has. */
export const lists = {
  home: action({ input: nothing, permission: 'any-role', roles: 'cached', run: (press) => home(press) }),
  waiting: action({ input: nothing, permission: 'allocation.offer', roles: 'cached', run: (press) => waiting(press) }),
  cases: action({
    input: nothing,
    permission: 'case.read.held',
    roles: 'cached',
    run: (press) => myCases(press, false),
  }),
  'cases.titles': action({
    input: nothing,
    permission: 'case.read.held',
    roles: 'cached',
    run: (press) => myCases(press, true),
  }),
  callbacks: action({
    input: nothing,
    permission: 'callback.manage',
    roles: 'cached',
    run: (press) => callBacks(press),
  }),
} satisfies Readonly<Record<string, Action>>
