import { checkBooleanOrFunction } from '../../configuration/checks/shapes.ts'
import { opaqueValue } from '../../helpers/opaque_value.ts'
import { randomId } from '../../helpers/random_id.ts'
import { defineFeature } from '../define_feature.ts'
import { checkRegistrationPolicies } from './check_policies.ts'
import { registration as register } from './registration.ts'
import { readClient } from './registration_management.ts'

/** What an Authorization header can carry: b64token. @see RFC 6750 §2.1 */
const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/
/** As much as 64 random bytes. */
const SECRET_BITS = 512

const OPEN_CLIENT_CREDENTIALS =
  'NOTICE: anybody may register a client and get access tokens with its client credentials, because features.registration has no initialAccessToken and features.clientCredentials is enabled. Set initialAccessToken, or make sure that no resource server takes such a token for more than it is.'

export const registration = defineFeature({
  name: 'registration',
  spec: 'RFC 7591',
  defaults: {
    enabled: false,
    idFactory: randomId,
    initialAccessToken: false,
    issueRegistrationAccessToken: true,
    policies: undefined,
    secretFactory: () => opaqueValue(SECRET_BITS),
  },
  versatile: ['initialAccessToken', 'issueRegistrationAccessToken'],
  check(options) {
    checkBooleanOrFunction(
      'features.registration.issueRegistrationAccessToken',
      options.issueRegistrationAccessToken,
    )
    if (options.enabled) checkRegistrationPolicies(options)
    const { initialAccessToken: token } = options
    if (typeof token === 'boolean' || B64TOKEN.test(token)) return
    throw new TypeError(
      'features.registration.initialAccessToken must be a boolean, or a text of letters, digits and -._~+/',
    )
  },
  contribute: ({ initialAccessToken }, has) => ({
    notices: initialAccessToken === false && has('clientCredentials') ? [OPEN_CLIENT_CREDENTIALS] : [],
    actions: [register(initialAccessToken), readClient],
    metadata: (urlFor) => ({ registration_endpoint: urlFor('registration') }),
  }),
})
