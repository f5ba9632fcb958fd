/**
 * The five procedures as plain tables, written down from the policies and the ledger, not from the profiles: posts in
 * the order in which they are asked, and what each union insists on. The model plays them.
 */
export interface Procedure {
  /** Who decides first, then their deputies. */
  first: string[]
  /** Who authorises what was decided first. */
  second: string[]
  /** Only in a hurry, when those who decide first are away or silent: they name one of `nominees`, and learn nothing. */
  namers: string[]
  nominees: string[]
  /** Colleagues who advise before the decision, and how many of them must have. */
  advisers: string[]
  advice: number
  /** The client hears of it before it is raised and before anybody acts: `must`, `should` where possible, or `may`. */
  tellBeforeRaising: 'must' | 'should'
  tellBeforeActing: 'must' | 'should' | 'may'
  /** Whoever decided first may also authorise, after the advice of a trustee. */
  trustee: boolean
  /** A no to the authorisation is the last word. */
  finalNo: boolean
  /** People who may have to investigate a complaint about it. */
  investigators: string[]
  silence: number
  grounds: Record<string, string[]>
  /** What the request says, what stands on record before a decision, what the report and the end need. */
  says: string[]
  before: { first: { either: string[]; yes: string[]; no: string[] }; second: { either: string[]; yes: string[] } }
  report: string[]
  end: string[]
}

const none = { second: [], namers: [], nominees: [], advisers: [], advice: 0, trustee: false, finalNo: false }
const nothing = { either: [], yes: [] }

export const PROCEDURES: Record<string, Procedure> = {
  // L56: the client, then the SEM, in their absence the CE. L58-60: the SEM decides first, the CE authorises, finally.
  worcester: {
    ...none,
    first: ['manager', 'executive'],
    second: ['executive'],
    tellBeforeRaising: 'must',
    tellBeforeActing: 'must',
    trustee: true,
    finalNo: true,
    investigators: [],
    silence: 30,
    grounds: {
      'act-of-parliament': ['citation'],
      'court-order': ['citation'],
      'threat-to-life': ['whose-life'],
      'conflict-of-interest': ['conflict'],
    },
    says: ['issues', 'recipients'],
    before: {
      first: { either: ['discussion', 'reasons'], yes: [], no: [] },
      second: { either: ['reasons'], yes: ['actions'] },
    },
    report: ['facts', 'reasons', 'recipients', 'content', 'outcome'],
    end: [],
  },
  // L81-89: the DoM at once, the CEO in their absence; discussion, options, reasons and actions on record.
  londonmet: {
    ...none,
    first: ['director', 'executive'],
    tellBeforeRaising: 'should',
    tellBeforeActing: 'should',
    investigators: [],
    silence: 30,
    grounds: { safeguarding: ['at-risk'] },
    says: ['issues', 'why', 'achieves', 'recipients'],
    before: {
      first: { either: ['discussion', 'options', 'reasons'], yes: ['actions'], no: ['actions'] },
      second: nothing,
    },
    report: ['reasons', 'actions', 'recipients'],
    end: ['safeguarding', 'complaint-route'],
  },
  // L15-22: two grounds; another caseworker has advised; the officer involved decides. L24-29: the record of four parts.
  cambridge: {
    ...none,
    first: ['requester'],
    advisers: ['caseworker'],
    advice: 1,
    tellBeforeRaising: 'should',
    tellBeforeActing: 'should',
    investigators: [],
    silence: 60,
    grounds: { 'serious-imminent-danger': ['benefit'], terrorism: ['legal-basis'] },
    says: ['outline', 'achieves', 'recipients', 'question'],
    before: { first: { either: [], yes: ['reasons'], no: ['reasons'] }, second: nothing },
    report: ['name-outline-reason', 'advisers', 'achieves', 'recipients'],
    end: [],
  },
  // L33-36: the line manager, notes whatever the answer, options. L40: nobody who could investigate. L42: who is named.
  lancaster: {
    ...none,
    first: ['manager'],
    namers: ['executive', 'executive-deputy'],
    nominees: ['senior-management'],
    tellBeforeRaising: 'should',
    tellBeforeActing: 'may',
    investigators: ['complaint-investigator'],
    silence: 30,
    grounds: { 'serious-immediate-danger': ['to-whom'] },
    says: ['issues', 'why', 'achieves', 'recipients'],
    before: { first: { either: ['notes', 'options'], yes: ['actions'], no: [] }, second: nothing },
    report: ['facts', 'reasons', 'recipients', 'content', 'outcome'],
    end: [],
  },
  // L181 points to a policy that we do not have: the Head, provisionally, then the Advisers.
  cardiff: {
    ...none,
    first: ['manager', 'senior'],
    tellBeforeRaising: 'should',
    tellBeforeActing: 'should',
    investigators: [],
    silence: 30,
    grounds: { 'confidentiality-policy': ['clause'] },
    says: ['issues', 'why', 'achieves', 'recipients'],
    before: { first: { either: ['reasons'], yes: ['actions'], no: [] }, second: nothing },
    report: ['facts', 'reasons', 'recipients', 'content', 'outcome'],
    end: [],
  },
}
