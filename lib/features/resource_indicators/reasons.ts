import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Resource indicators. */
export const RESOURCE = defineReasons('resource', {
  malformed: {
    section: 'RFC 8707 §2',
    when: 'A `resource` is no absolute URI, or has a fragment.',
    remedy: 'The application sends the identifier of the API as it is.',
  },
  not_granted: {
    section: 'RFC 8707 §2.2',
    when: 'The person, or the first request, did not grant this `resource`.',
    remedy: 'The application names it in the authorization request, too.',
  },
  several: {
    section: 'RFC 8707 §2.2',
    when: 'More than one `resource` was named or resolved where a token is for one.',
    remedy: 'The application asks for a token of each; `defaultResource` may return one.',
  },
  unknown: {
    section: 'RFC 8707 §2',
    when: 'No resource server is known by this `resource`.',
    remedy: 'Return it from `features.resourceIndicators.getResourceServerInfo`.',
  },
})
