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
  check(options) {
    checkRegistrationPolicies(options)
    const { initialAccessToken: token } = options
    if (typeof token === 'boolean' || B64TOKEN.test(token)) return
    throw new TypeError(
      'features.registration.initialAccessToken must be a boolean, or a text of letters, digits and -._~+/',
    )
  },
  contribute: ({ initialAccessToken }) => ({
    actions: [register(initialAccessToken), readClient],
    metadata: (urlFor) => ({ registration_endpoint: urlFor('registration') }),
  }),
})
