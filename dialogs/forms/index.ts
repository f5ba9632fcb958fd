import { audit } from './audit'
import { away } from './away'
import { breach } from './breach'
import { breachCase } from './breach-case'
import { breachDeed } from './breach-deed'
import { callBack } from './call-back'
import { openCase } from './case'
import { choose } from './choose'
import { code } from './code'
import { concern } from './concern'
import { consult } from './consult'
import { correct } from './correct'
import { decline } from './decline'
import { emergencyConsulted } from './emergency-consulted'
import { emergencyRecord } from './emergency-record'
import { emergencyReview } from './emergency-review'
import { emergencyStandDown } from './emergency-stand-down'
import { note } from './note'
import { otherwise } from './otherwise'
import { reply } from './reply'

/** The forms of one card. */
export const forms = [
  note,
  decline,
  choose,
  correct,
  callBack,
  away,
  openCase,
  code,
  audit,
  breach,
  breachCase,
  breachDeed,
  emergencyRecord,
  emergencyStandDown,
  emergencyConsulted,
  emergencyReview,
  consult,
  concern,
  reply,
  otherwise,
]
