import type { FeatureName } from '../../types/features/index.ts'
import { CIBA } from './ciba/ciba_grant_name.ts'
import { clientCredentials } from './client_credentials/client_credentials_grant.ts'
import { DEVICE_CODE } from './device_flow/device_code_grant_name.ts'
import { jwtBearerGrant } from './jwt_bearer/jwt_bearer_grant.ts'
import { tokenExchangeGrant } from './token_exchange/token_exchange_grant.ts'

/** Which feature serves a grant type, for hosts that forgot to turn it on. */
export const GRANT_TYPES: ReadonlyMap<string, FeatureName> = new Map([
  [CIBA, 'ciba'],
  [clientCredentials.name, 'clientCredentials'],
  [DEVICE_CODE, 'deviceFlow'],
  [jwtBearerGrant.name, 'jwtBearer'],
  [tokenExchangeGrant.name, 'tokenExchange'],
])
