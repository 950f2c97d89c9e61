import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Whom or what a client asks about by WebFinger. */
export const WEBFINGER = defineReasons('webfinger', {
  resource_malformed: {
    section: 'RFC 7033 §4.2',
    when: '`resource` is no URI with a host, such as `acct:alice@example.com` or `https://example.com`.',
    remedy: 'The application sends a URI; `acct:` stands in front of what looks like an e-mail address.',
  },
  resource_unknown: {
    section: 'RFC 7033 §4.2',
    when: 'The provider is not responsible for this resource.',
    remedy: 'Return `true` from `features.webfinger.hasResource` for those that it is responsible for.',
  },
})
