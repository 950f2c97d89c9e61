import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Where answers go. */
export const REDIRECT_URI = defineReasons('redirect_uri', {
  unregistered: {
    section: 'RFC 9700 §2.1, §4.1.3',
    when: 'The `redirect_uri` is none that the client has registered.',
    remedy:
      'Register exactly what the application sends: scheme, host, port, path, query and trailing slash count.',
  },
})

/** Authorization requests. */
export const AUTHORIZATION = defineReasons('authorization_request', {
  acr_values_malformed: {
    section: 'OpenID Connect Core 1.0 §5.5.1.1',
    when: 'The `values` of the requested claim `acr` are no list.',
    remedy: 'The application sends an array of texts.',
  },
  id_token_hint_invalid: {
    section: 'OpenID Connect Core 1.0 §3.1.2.2',
    when: 'The `id_token_hint` is none that this provider issued to this client.',
    remedy: '`error_detail` says why. The keys it was signed with must still be in `jwks`.',
  },
  max_age_malformed: {
    section: 'OpenID Connect Core 1.0 §3.1.2.1',
    when: '`max_age` is no whole number of seconds, or a negative one.',
    remedy: 'The application sends digits.',
  },
  nonce_missing: {
    section: 'OpenID Connect Core 1.0 §3.2.2.1, §3.3.2.11',
    when: 'The response type has an ID Token in it, and there is no `nonce`.',
    remedy: 'The application sends a random one, and compares it; or it uses `response_type=code`.',
  },
  openid_scope_missing: {
    section: 'OpenID Connect Core 1.0 §3.1.2.1',
    when: 'Parameters of OpenID Connect, or such settings of the client, came without the scope `openid`.',
    remedy: 'The application adds `openid` to `scope`, or leaves these parameters out.',
  },
  prompt_none_not_alone: {
    section: 'OpenID Connect Core 1.0 §3.1.2.1',
    when: '`prompt` holds `none` and something else.',
    remedy: 'The application decides between the two.',
  },
  prompt_unknown: {
    section: 'OpenID Connect Core 1.0 §3.1.2.1',
    when: '`prompt` holds a value that the interaction policy does not have.',
    remedy: 'Add a prompt of that name to `interactions.policy`, or have the application leave it out.',
  },
  registration_unsupported: {
    section: 'OpenID Connect Core 1.0 §3.1.2.6, §7.2.1',
    when: 'The parameter `registration` was sent.',
    remedy: 'Register the client beforehand.',
  },
  request_unsupported: {
    section: 'OpenID Connect Core 1.0 §3.1.2.6',
    when: 'A request object was sent where none is taken.',
    remedy: 'Turn on `features.requestObjects.request`.',
  },
  request_uri_unsupported: {
    section: 'OpenID Connect Core 1.0 §3.1.2.6',
    when: 'A `request_uri` was sent where none is taken.',
    remedy: 'Turn on `features.pushedAuthorizationRequests`, or `features.requestObjects.requestUri`.',
  },
  response_mode_not_allowed: {
    section: 'OAuth 2.0 Multiple Response Type Encoding Practices §2.1',
    when: 'The `response_mode` would expose what this response type returns, or the client must not use it.',
    remedy: 'Tokens are not returned in a query: the application uses `fragment` or `form_post`.',
  },
  response_mode_unsupported: {
    section: 'OAuth 2.0 Multiple Response Type Encoding Practices §2.1',
    when: 'There is no such `response_mode`.',
    remedy: 'See [response modes](../reference/protocol.md#response-modes); some come with a feature.',
  },
  response_type_not_allowed: {
    section: 'RFC 6749 §4.1.2.1',
    when: 'The client must not use this `response_type`.',
    remedy: 'Add it to `response_types` of the client; `code` is enough for nearly everybody.',
  },
  response_type_unsupported: {
    section: 'RFC 6749 §3.1.1, §4.1.2.1',
    when: 'There is no such `response_type`.',
    remedy: 'Add it to `responseTypes`; the implicit ones are off for good reasons (RFC 9700 §2.1.2).',
  },
  scope_malformed: {
    section: 'RFC 6749 §3.3',
    when: '`scope` holds characters that no scope has.',
    remedy: 'Scopes are separated by spaces, not by commas.',
  },
  scope_not_allowed: {
    section: 'RFC 6749 §3.3, RFC 7591 §2',
    when: 'A scope is not among those that the client is registered for.',
    remedy: 'Add it to `scope` of the client, or have the application leave it out.',
  },
})

/** People at the screens of the host, and the browsers they use. */
export const INTERACTION = defineReasons('interaction', {
  account_not_found: {
    section: 'OpenID Connect Core 1.0 §3.1.2.3',
    when: 'The account that the screens logged in is not found by `findAccount`.',
    remedy: 'Finish the interaction with the `accountId` that `findAccount` knows.',
  },
  answered_already: {
    section: 'RFC 6749 §10.12',
    when: 'The request was answered in another tab, or by going back.',
    remedy: 'Nothing: the person has what they wanted, or starts again at the application.',
  },
  ended_with_error: {
    section: 'OpenID Connect Core 1.0 §3.1.2.6',
    when: 'The screens finished the interaction with `{ error }`: the person said no, or the host did.',
    remedy: 'The code and description are those of the screens.',
  },
  grant_revoked: {
    section: 'RFC 7009 §2.1',
    when: 'The grant was revoked while the request was under way.',
    remedy: 'The person starts again at the application.',
  },
  interaction_cookie_missing: {
    section: 'RFC 6265 §5.4',
    when: 'The browser came to a screen without the cookie of its interaction.',
    remedy:
      '`error_detail` names the cookie and the likely cause: another host, path or scheme; a proxy without `provider.proxy`.',
  },
  not_found: {
    section: 'OpenID Connect Core 1.0 §3.1.2.3',
    when: 'The interaction is over: finished before, or too old.',
    remedy: 'The person starts again at the application. `ttl.Interaction` says how long there is time.',
  },
  nothing_granted: {
    section: 'RFC 6749 §4.1.2.1',
    when: 'The interaction ended, and no account or no scope at all was granted.',
    remedy: 'Add the scopes to the grant (`grant.addOIDCScope`), and finish with its id.',
  },
  prompt_needed: {
    section: 'OpenID Connect Core 1.0 §3.1.2.6',
    when: '`prompt=none`, and somebody would have to be asked. What was seen are the checks that ask for it.',
    remedy:
      'The application repeats the request without `prompt=none`. Browsers that block third-party cookies do this in frames.',
  },
  resume_cookie_missing: {
    section: 'RFC 6265 §5.4',
    when: 'The browser came back from a screen without the cookie of its request, or long after.',
    remedy: '`error_detail` names the cookie and the likely cause.',
  },
  session_changed: {
    section: 'RFC 6749 §10.12',
    when: 'The session ended, or somebody else logged in, while the request was under way.',
    remedy: 'The person starts again at the application.',
  },
  session_cookie_missing: {
    section: 'RFC 6265 §5.4',
    when: 'The browser came back from a screen without the cookie of its session.',
    remedy: '`error_detail` names the cookie and the likely cause.',
  },
  session_mismatch: {
    section: 'RFC 6749 §10.12',
    when: 'The session is not the one that the interaction was started in.',
    remedy: 'Another tab has logged in or out meanwhile. If many see it, cookies get lost on the way.',
  },
  session_not_found: {
    section: 'OpenID Connect Core 1.0 §3.1.2.3',
    when: 'The session that the interaction was started in is gone.',
    remedy:
      'The person starts again. If many see it, look at the adapter: does it keep sessions for `ttl.Session`?',
  },
  started_elsewhere: {
    section: 'RFC 6749 §10.12',
    when: 'The link to an interaction was opened in another browser, or in a tab of a later one.',
    remedy: 'Nothing, if it is rare: nobody else may finish a login.',
  },
  unresolved: {
    section: 'OpenID Connect Core 1.0 §3.1.2.3',
    when: 'The screens came back three times without having resolved what they were asked for.',
    remedy: '`error_detail` says what they have to do; the event `interaction.unresolved` said so each time.',
  },
})
