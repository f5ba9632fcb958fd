import { makeButton } from '../../cards/button'
import type { FormData } from '../../cards/form'
import type { ListData } from '../../cards/list'
import type { OfferView, ProposalView } from '../../services/allocation/allocation.types'
import type { CaseContent, CaseSummary } from '../../services/cases/cases.types'

/** A Thursday in term, half past two in London. */
export const THURSDAY = new Date('2026-11-26T14:30:00Z')

export const ids = {
  case: '0b8e9d14-2c37-4a55-9a41-6f1d2e3c4b01',
  allocation: '1c9f0e25-3d48-4b66-8b52-7a2e3f4d5c12',
  draft: '2d0a1f36-4e59-4c77-9c63-8b3f4a5e6d23',
  nonce: '3e1b2a47-5f6a-4d88-8d74-9c4a5b6f7e34',
}

const OPENED = new Date('2026-11-25T09:05:00Z')

/** An offer that waits for Ada's answer. */
export const anOffer = (changes: Partial<OfferView> = {}): OfferView => ({
  allocationId: ids.allocation,
  version: 2,
  state: 'offered',
  caseId: ids.case,
  reference: 'ABCDEFGH',
  urgent: false,
  waitingSince: new Date(THURSDAY.getTime() - 5 * 60_000),
  offeredTo: { staffId: 'ada', name: 'Ada Sample', phone: '4711' },
  answeredAt: null,
  silentSince: null,
  declineReason: null,
  putThrough: true,
  ...changes,
})

/** Ada is next, and Bo was passed over. */
export const aProposal = (changes: Partial<ProposalView> = {}): ProposalView => ({
  allocationId: ids.allocation,
  version: 1,
  state: 'proposed',
  caseId: ids.case,
  reference: 'ABCDEFGH',
  urgent: false,
  client: { name: 'Quinn Invented', number: '1234567' },
  firstContact: true,
  reachable: true,
  proposed: { staffId: 'ada', name: 'Ada Sample', phone: '4711', presence: 'free' },
  passedOver: [{ name: 'Bo Specimen', reason: 'absent' }],
  choices: [],
  ...changes,
})

export const aSummary = (changes: Partial<CaseSummary> = {}): CaseSummary => ({
  caseId: ids.case,
  version: 3,
  reference: 'ABCDEFGH',
  urgent: false,
  openedAt: OPENED,
  listing: { year: 2026, month: 11, week: 48 },
  holder: 'ada',
  noted: true,
  offer: null,
  stage: 'accepted',
  ...changes,
})

/** A case with one note, everything else as it stands after acceptance. */
export const aFile = (changes: Partial<CaseContent> = {}): CaseContent => ({
  ...aSummary(),
  title: 'Quinn Invented 1234567 OPEN',
  client: { name: 'Quinn Invented', number: '1234567' },
  channel: 'telephone',
  consents: { store: 'granted_express', share_aqs: 'refused' },
  entries: [{ at: OPENED, kind: 'note', byName: 'Ada Sample', text: 'Explained the appeal form.' }],
  callBack: null,
  request: null,
  may: { record: true, correct: false, breach: true, consult: false, concern: null },
  visibleMinutes: 15,
  ...changes,
})

/** A row that opens a case. */
export const aRow = (title = 'ABCD-EFGH', detail = ''): ListData['groups'][number]['rows'][number] => ({
  title,
  detail,
  press: makeButton(title, 'case.open', { caseId: ids.case }),
})

export const aList = (rows: ListData['groups'][number]['rows'], changes: Partial<ListData> = {}): ListData => ({
  heading: 'My cases',
  intro: '',
  groups: [{ title: 'November 2026, week W48', rows }],
  actions: [makeButton('Home', 'home')],
  more: [],
  ...changes,
})

export const aFieldOfEachKind = {
  text: { kind: 'text', id: 'name', label: 'Name (required)', value: '', max: 100 },
  lines: { kind: 'lines', id: 'text', label: 'What was said (required)', value: '', max: 8000 },
  date: { kind: 'date', id: 'until', label: 'First day back', value: '' },
  tick: { kind: 'tick', id: 'done', label: 'I have said this', value: '' },
  choice: {
    kind: 'choice',
    id: 'answer',
    label: 'Their answer (required)',
    value: '',
    style: 'expanded',
    choices: [
      { title: 'Yes', value: 'yes' },
      { title: 'No', value: 'no' },
    ],
  },
} satisfies Record<string, FormData['fields'][number]>

/** A step of the script with one field of every kind. */
export const aForm = (changes: Partial<FormData> = {}): FormData => ({
  heading: 'Details of the client',
  progress: 'Step 2 of 4',
  fields: Object.values(aFieldOfEachKind),
  actions: [
    makeButton('Go on', 'dialog.answer', { draft: ids.draft, nonce: ids.nonce }, { primary: true, inputs: true }),
    makeButton('Cancel', 'dialog.cancel', { draft: ids.draft, nonce: ids.nonce }),
  ],
  ...changes,
})
