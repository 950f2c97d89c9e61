import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** The parameter `claims`. */
export const CLAIMS = defineReasons('claims_parameter', {
  malformed: {
    section: 'OpenID Connect Core 1.0 §5.5',
    when: 'The value is no JSON object of `id_token` and `userinfo`.',
    remedy: 'The application sends JSON, form-encoded once.',
  },
  member_malformed: {
    section: 'OpenID Connect Core 1.0 §5.5.1',
    when: 'What is asked about a claim is neither `null` nor an object of `essential`, `value` and `values`.',
    remedy: 'The description names the member.',
  },
  no_token: {
    section: 'OpenID Connect Core 1.0 §5.5',
    when: 'Claims are asked for where nothing is issued that could carry them.',
    remedy: 'The application asks for them in the `id_token`, or uses another `response_type`.',
  },
  no_userinfo: {
    section: 'OpenID Connect Core 1.0 §5.5',
    when: 'Claims of UserInfo are asked for, and `features.userinfo` is off.',
    remedy: 'Turn it on.',
  },
})
