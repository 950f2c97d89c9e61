import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Pushed authorization requests. */
export const PUSHED = defineReasons('pushed_request', {
  answered_late: {
    section: 'RFC 9126 §4',
    when: 'The person took longer than the request may be used.',
    remedy: 'The person starts again; see `ttl.PushedAuthorizationRequest`.',
  },
  nested: {
    section: 'RFC 9126 §2.1',
    when: 'A `request_uri` was pushed.',
    remedy: 'The application pushes the parameters themselves.',
  },
  not_found: {
    section: 'RFC 9126 §4',
    when: 'No pushed request of this `request_uri` is stored.',
    remedy: 'The application pushes again. Is storage shared by all processes?',
  },
  of_another_client: {
    section: 'RFC 9126 §4',
    when: 'Another client has pushed the request.',
    remedy: 'The application uses the `client_id` it pushed with.',
  },
  required: {
    section: 'RFC 9126 §4',
    when: 'The client, or the provider, wants requests to be pushed.',
    remedy: 'The application pushes first; see `require_pushed_authorization_requests`.',
  },
  used_or_expired: {
    section: 'RFC 9126 §4',
    when: 'The request was used before, or is too old.',
    remedy: 'The application pushes again for each login; a reload of the first page does this.',
  },
})
