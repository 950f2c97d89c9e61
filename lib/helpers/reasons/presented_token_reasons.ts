import { defineReasons } from './define_reasons.ts'

/** How access tokens are presented. */
export const PRESENTED = defineReasons('presented_token', {
  field_malformed: {
    section: 'RFC 6750 §2.2',
    when: 'The field `access_token` is empty, sent twice or no text.',
    remedy: 'The application sends it once, better in the header `Authorization: Bearer`.',
  },
  header_malformed: {
    section: 'RFC 6750 §2.1',
    when: 'The header `Authorization` is not a scheme, one space and a token.',
    remedy:
      'The application sends the scheme, such as `Bearer`, and the token, which is ASCII without blanks.',
  },
  in_query: {
    section: 'RFC 9700 §4.3.2',
    when: 'The access token stands in the URL, which ends up in logs and histories.',
    remedy:
      'The application sends it in the header `Authorization`. `acceptQueryParamAccessTokens` is for old clients.',
  },
  missing: {
    section: 'RFC 6750 §2',
    when: 'There is no access token.',
    remedy: 'The application sends the header `Authorization`. Proxies may drop it: look at what arrives.',
  },
  several: {
    section: 'RFC 6750 §2',
    when: 'Access tokens came in more than one way.',
    remedy: 'The application sends one, in the header.',
  },
})
