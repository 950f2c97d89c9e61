import { type StepList, slot } from '../../../engine/define_action.ts'
import { checkExtraParams } from './check_extra_params.ts'
import { checkNonce } from './check_nonce.ts'
import { checkOpenidParameters } from './check_openid_parameters.ts'
import { readClaims } from './read_claims.ts'
import { readIdTokenHint } from './read_id_token_hint.ts'
import { readMaxAge } from './read_max_age.ts'
import { readPkce } from './read_pkce.ts'
import { readPrompt } from './read_prompt.ts'
import { readResponseType } from './read_response_type.ts'
import { readScope } from './read_scope.ts'
import { refuseMalformed } from './refuse_malformed.ts'
import { refuseUnsupported } from './refuse_unsupported.ts'

/** What every request for an authorization obeys, however it arrives. */
export const requestRules: StepList = [
  refuseMalformed,
  refuseUnsupported,
  readResponseType,
  readMaxAge,
  readPrompt,
  readScope,
  checkOpenidParameters,
  checkNonce,
  readPkce,
  slot('requested_claims'),
  readClaims,
  readIdTokenHint,
  checkExtraParams,
  slot('request_rules'),
]
