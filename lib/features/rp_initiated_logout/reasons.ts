import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Logout that applications start. */
export const LOGOUT = defineReasons('logout', {
  details_missing: {
    section: 'OpenID Connect RP-Initiated Logout 1.0 §2',
    when: 'The confirmation was sent, and no logout is under way in this session.',
    remedy: 'The person starts again; cookies may be lost on the way.',
  },
  form_expired: {
    section: 'OpenID Connect RP-Initiated Logout 1.0 §2',
    when: 'The confirmation is not the one that was shown last in this browser.',
    remedy: 'The person starts again; screens have to send `xsrf` as it was given.',
  },
  id_token_hint_invalid: {
    section: 'OpenID Connect RP-Initiated Logout 1.0 §2',
    when: 'The `id_token_hint` is none that this provider issued.',
    remedy: '`error_detail` says why. Expired ones are fine; the keys must still be in `jwks`.',
  },
  redirect_uri_unregistered: {
    section: 'OpenID Connect RP-Initiated Logout 1.0 §3',
    when: 'The `post_logout_redirect_uri` is none that the client has registered.',
    remedy: 'Add exactly this one to `post_logout_redirect_uris`.',
  },
})
