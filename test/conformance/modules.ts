/** The modules of the OpenID Foundation's conformance suite that ask a provider, by plan. */

export interface Plan {
  readonly title: string
  readonly about: string
  /** What the provider does to pass, by the name of the module. */
  readonly modules: Readonly<Record<string, string>>
}

const named = (prefix: string, modules: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(modules).map(([name, asks]) => [`${prefix}${name}`, asks]))

const PUSHED = {
  'par-attempt-invalid-http-method': 'the endpoint of pushed requests answers POST alone',
  'par-attempt-reuse-request_uri': 'a request_uri that was answered leads to an error',
  'par-attempt-to-use-expired-request_uri': 'a request_uri that is too old leads to an error',
  'par-attempt-to-use-request_uri-for-different-client': 'another client cannot use a request_uri',
  'par-authorization-request-containing-request_uri':
    'request_uri inside of a pushed request object is refused',
  'par-authorization-request-containing-request_uri-form-param': 'a pushed request_uri is refused',
  'par-ensure-pkce-required': 'a pushed request without code_challenge is invalid_request',
  'par-plain-pkce-rejected': 'a pushed request with a plain challenge is invalid_request',
}

const EVERY_FAPI = {
  'discovery-end-point-verification': 'the document says what the profile needs, and where',
  'user-rejects-authentication': 'access_denied is sent back, with the state',
  'ensure-authorization-request-without-state-success': 'the answer to a request without state has none',
  'test-essential-acr-sca-claim': 'the acr that is essential stands in the ID Token',
  'ensure-registered-redirect-uri': 'a redirect_uri that is not registered is refused',
  'ensure-redirect-uri-in-authorization-request': 'a request without redirect_uri is refused',
  'ensure-different-nonce-inside-and-outside-request-object': 'the nonce that counts is the one inside',
  'state-only-outside-request-object-not-used': 'a state beside a signed or pushed request is not answered',
  'ensure-authorization-code-is-bound-to-client': 'a code in the hands of another client is invalid_grant',
  'attempt-reuse-authorization-code-after-one-second': 'a code that was used is invalid_grant',
  'ensure-client-assertion-in-token-endpoint': 'a token request without client_assertion is invalid_client',
  'ensure-signed-client-assertion-with-RS256-fails':
    'an assertion that is signed with RS256 is invalid_client',
  'ensure-client-id-in-token-endpoint': 'a client_id that the assertion does not name is refused',
  'par-pkce-incorrect-code-verifier-rejected': 'a code with another code_verifier is invalid_grant',
  'refresh-token': 'a refresh token works for its client, and for nobody else',
  'access-token-type-header-case-sensitivity': 'the authorization scheme is read in any case',
}

const REQUEST_OBJECTS = {
  'ensure-request-object-with-multiple-aud-succeeds': 'an aud that lists the issuer among others is accepted',
  'ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted': 'clocks may differ by eight seconds',
  'ensure-request-object-without-exp-fails': 'invalid_request_object',
  'ensure-request-object-without-nbf-fails': 'invalid_request_object',
  'ensure-request-object-with-bad-aud-fails': 'invalid_request_object',
  'ensure-request-object-with-exp-over-60-fails': 'an exp 70 minutes ahead is invalid_request_object',
  'ensure-request-object-with-nbf-over-60-fails': 'an nbf 70 minutes ago is invalid_request_object',
  'ensure-expired-request-object-fails': 'invalid_request_object',
  'ensure-request-object-signature-algorithm-is-not-none': 'one with alg none is invalid_request_object',
  'ensure-signed-request-object-with-RS256-fails': 'invalid_request_object',
  'ensure-request-object-with-invalid-signature-fails': 'invalid_request_object',
  'ensure-matching-key-in-authorization-request': 'one that another client signed is invalid_request_object',
}

const FAPI_1 = {
  ...named('fapi1-advanced-final', { '': 'a login: signed request, signed tokens, userinfo' }),
  ...named('fapi1-advanced-final-', {
    ...EVERY_FAPI,
    ...PUSHED,
    ...REQUEST_OBJECTS,
    'ensure-request-object-without-scope-fails':
      'a request that needs openid and does not ask for it is refused',
    'ensure-request-object-without-nonce-fails': 'invalid_request',
    'ensure-request-object-without-redirect-uri-fails': 'a page, whatever stands beside the request object',
    'ensure-authorization-request-without-request-object-fails': 'invalid_request',
    'ensure-different-state-inside-and-outside-request-object':
      'the state that is answered is the one inside',
    'ensure-response-mode-query': 'tokens are not answered in the query: an error, in the fragment',
    'ensure-response-type-code-fails': 'a code alone needs a signed answer: invalid_request',
    'ensure-registered-certificate-for-authorization-code':
      'a client that authenticates by a certificate is invalid_client with another',
    'ensure-mtls-holder-of-key-required': 'without a certificate there are no tokens, and they open nothing',
    'par-ensure-pkce-code-verifier-required': 'a code without its code_verifier is invalid_grant',
    'par-attempt-invalid-redirect_uri': 'a pushed redirect_uri that is not registered is invalid_request',
  }),
}

const FAPI_2 = named('fapi2-security-profile-final-', {
  'happy-flow': 'a login: pushed request, code, bound tokens, userinfo',
  ...EVERY_FAPI,
  ...PUSHED,
  'ensure-pkce-code-verifier-required': 'a code without its code_verifier is invalid_grant',
  'par-ensure-reused-request-uri-prior-to-auth-completion-succeeds':
    'the page of the login may be loaded again',
  'ensure-unsigned-authorization-request-without-using-par-fails': 'a request that was not pushed is refused',
  'ensure-response-type-code-idtoken-fails': 'code id_token is refused where it is pushed',
  'ensure-authorization-request-without-nonce-success': 'a request without nonce gets an ID Token without',
  'ensure-authorization-request-with-64-char-nonce-success': 'a nonce of 64 characters comes back whole',
  'ensure-authorization-request-with-long-nonce': 'a nonce of 384 characters comes back whole, or is refused',
  'ensure-authorization-request-with-long-state':
    'a state of 1,000 characters comes back whole, or is refused',
  'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails': 'invalid_client',
  'ensure-client-assertion-with-wrong-aud-fails': 'invalid_client',
  'ensure-client-assertion-with-no-sub-fails': 'invalid_client',
  'ensure-client-assertion-with-iss-aud-succeeds': 'an assertion for the issuer is accepted',
  'ensure-holder-of-key-required': 'a code is exchanged for nothing without a proof of a key',
  'dpop-negative-tests': 'each proof with a mistake is invalid_dpop_proof',
  'check-dpop-proof-nbf-exp': 'a proof whose nbf or exp does not hold is invalid_dpop_proof',
  'ensure-dpopproof-with-iat-10seconds-before-succeeds': 'clocks may differ by ten seconds',
  'ensure-dpopproof-with-iat-10seconds-after-succeeds': 'clocks may differ by ten seconds',
  'ensure-dpop-auth-code-binding-success': 'a code for dpop_jkt is exchanged with its key',
  'ensure-dpopproof-at-par-endpoint-binding-success':
    'a code of a request with a proof is exchanged with its key',
  'ensure-mismatched-dpop-jkt-fails': 'dpop_jkt and the proof of a pushed request agree, or it is refused',
  'ensure-token-endpoint-fails-with-mismatched-dpop-jkt': 'a code for dpop_jkt is refused to another key',
  'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt':
    'a code of a request with a proof is refused to another key',
})

const MESSAGE_SIGNING = named('fapi2-security-profile-final-', {
  'ensure-unsigned-request-at-par-endpoint-fails': 'a pushed request that is not signed is invalid_request',
  ...REQUEST_OBJECTS,
})

const CIBA = {
  ...named('fapi-ciba-id1', { '': 'a signed request, polls, tokens' }),
  ...named('fapi-ciba-id1-', {
    'discovery-end-point-verification': 'the document has the endpoint, the modes and the algorithms',
    'user-rejects-authentication': 'access_denied',
    'multiple-call-to-token-endpoint': 'authorization_pending or slow_down until there is an outcome',
    'auth-req-id-expired': 'expired_token',
    'refresh-token': 'a refresh token works for its client, and for nobody else',
    'ensure-unsigned-backchannel-authorization-request-fails': 'invalid_request',
    'ensure-authorization-request-with-multiple-hints-fails': 'invalid_request',
    'ensure-authorization-request-with-potentially-bad-binding-message':
      'a message with markup is kept as it is, or invalid_binding_message',
    'ensure-authorization-request-with-binding-message-succeeds': 'the request is accepted',
    'ensure-request-object-missing-aud-fails': 'invalid_request',
    'ensure-request-object-missing-iss-fails': 'invalid_request',
    'ensure-request-object-missing-exp-fails': 'invalid_request',
    'ensure-request-object-missing-iat-fails': 'invalid_request',
    'ensure-request-object-missing-nbf-fails': 'invalid_request',
    'ensure-request-object-missing-jti-fails': 'invalid_request',
    'ensure-request-object-bad-aud-fails': 'invalid_request',
    'ensure-request-object-bad-iss-fails': 'invalid_request',
    'ensure-request-object-expired-exp-fails': 'invalid_request',
    'ensure-request-object-exp-is-70-minutes-in-future-fails': 'invalid_request',
    'ensure-request-object-nbf-is-10-minutes-in-future-fails': 'invalid_request',
    'ensure-request-object-nbf-is-70-minutes-in-past-fails': 'invalid_request',
    'ensure-request-object-signature-algorithm-is-none-fails': 'invalid_request',
    'ensure-request-object-signature-algorithm-is-RS256-fails': 'invalid_request',
    'ensure-request-object-signed-by-other-client-fails': 'invalid_request',
    'ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails':
      'invalid_client',
    'ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails': 'invalid_client',
    'ensure-mtls-holder-of-key-required': 'without a certificate there are no tokens',
    'ping-backchannel-notification-endpoint-response-has-body':
      'the body is ignored, and the tokens are fetched',
    'ping-backchannel-notification-endpoint-response-401':
      'nothing is tried again, and the tokens are fetched',
    'ping-backchannel-notification-endpoint-response-403':
      'nothing is tried again, and the tokens are fetched',
    'ping-backchannel-notification-endpoint-return-redirect-request': 'the redirect is not followed',
  }),
}

const OIDC = named('oidcc-', {
  server: 'a login by the response type; the ID Token is valid, with the hashes that belong to it',
  'idtoken-signature': 'the ID Token is signed by a published key',
  'server-client-secret-post': 'a login of a client that posts its secret',
  'response-type-missing': 'an error is sent back, or a page shown',
  'ensure-request-without-nonce-fails': 'implicit and hybrid: invalid_request',
  'ensure-request-without-nonce-succeeds-for-code-flow': 'code: the ID Token has no nonce',
  'ensure-request-with-valid-pkce-succeeds': 'the code is exchanged with its code_verifier',
  'ensure-request-with-unknown-parameter-succeeds': 'the parameter is ignored',
  'ensure-request-with-acr-values-succeeds': 'the request is answered',
  'ensure-post-request-succeeds': 'a request in a form is answered',
  'ensure-registered-redirect-uri': 'a page',
  'ensure-other-scope-order-succeeds': 'openid may stand anywhere in the scope',
  codereuse: 'invalid_grant; what came of the code is revoked',
  'codereuse-30seconds': 'invalid_grant; what came of the code is revoked',
  'refresh-token': 'new tokens about the same login',
  'scope-profile': 'the claims of the scope are told',
  'scope-email': 'the claims of the scope are told',
  'scope-phone': 'the claims of the scope are told',
  'scope-address': 'the claims of the scope are told',
  'scope-all': 'the claims of the scopes are told',
  'claims-essential': 'the claim is told',
  'userinfo-get': 'userinfo for a token in the header',
  'userinfo-post-header': 'userinfo for a token in the header',
  'userinfo-post-body': 'userinfo for a token in the body',
  'display-page': 'the request is answered',
  'display-popup': 'the request is answered',
  'login-hint': 'the request is answered',
  'ui-locales': 'the request is answered',
  'claims-locales': 'the request is answered',
  'id-token-hint': 'prompt=none is answered for the person of the hint',
  'prompt-login': 'the login is new',
  'prompt-none-logged-in': 'the login is the same',
  'prompt-none-not-logged-in': 'login_required',
  'max-age-1': 'the login is new, and has an auth_time',
  'max-age-10000': 'the login is the same, and has an auth_time',
  'unsigned-request-object-supported-correctly-or-rejected-as-unsupported':
    'an unsigned request object counts, or an error says that there are none',
  'ensure-request-object-with-redirect-uri': 'the answer goes where the request object says',
  'discovery-endpoint-verification': 'the document and the keys are there, and complete',
  'userinfo-rs256': 'userinfo is a signed JWT',
})

const DYNAMIC = named('oidcc-', {
  'redirect-uri-regfrag': 'a redirect_uri with a fragment cannot be registered',
  'redirect-uri-query-OK': 'the query that was registered is kept in the answer',
  'redirect-uri-query-added': 'a page',
  'redirect-uri-query-mismatch': 'a page',
  'ensure-redirect-uri-in-authorization-request': 'a page',
  'registration-logo-uri': 'the screens of the host can show it',
  'registration-policy-uri': 'the screens of the host can show it',
  'registration-tos-uri': 'the screens of the host can show it',
  'registration-jwks-uri': 'keys are fetched from there',
  'registration-sector-uri': 'the client is registered',
  'registration-sector-bad': 'the client is refused',
  'request-uri-signed-rs256': 'the request object behind request_uri counts',
  'idtoken-rs256': 'the ID Token is signed with RS256',
})

const LOGOUT = named('oidcc-', {
  'rp-initiated-logout': 'the browser comes back with the state; nobody is logged in',
  'rp-initiated-logout-discovery-endpoint-verification': 'the endpoint is named',
  'rp-initiated-logout-bad-id-token-hint': 'an error page',
  'rp-initiated-logout-modified-id-token-hint': 'an error page',
  'rp-initiated-logout-bad-post-logout-redirect-uri': 'an error page',
  'rp-initiated-logout-query-added-to-post-logout-redirect-uri': 'an error page',
  'rp-initiated-logout-no-id-token-hint': 'a page, no redirect',
  'rp-initiated-logout-no-params': 'a page, no redirect',
  'rp-initiated-logout-no-post-logout-redirect-uri': 'a page, no redirect',
  'rp-initiated-logout-no-state': 'the browser comes back without a state',
  'rp-initiated-logout-only-state': 'a page, no redirect',
  'backchannel-logout-discovery-endpoint-verification': 'it is supported',
  'backchannel-rp-initiated-logout': 'a valid logout token reaches the client',
  'session-management-discovery-endpoint-verification': 'the frame is named',
  'session-management-rp-initiated-logout': 'the frame says unchanged, and changed after the logout',
  'frontchannel-logout-discovery-endpoint-verification': 'it is supported, with sessions',
  'frontchannel-rp-initiated-logout': 'the page frames the logout URI, with iss and the sid of the ID Token',
})

/** What both profiles ask of a client about its ID Token. */
const FAPI_ID_TOKENS = {
  'invalid-aud': 'an ID Token for another client is refused',
  'invalid-secondary-aud': 'an ID Token for another client as well, without azp, is refused',
  'invalid-iss': 'an ID Token of another issuer is refused',
  'invalid-nonce': 'another nonce is refused',
  'invalid-signature': 'a signature that does not hold is refused',
  'invalid-null-alg': 'an unsigned ID Token is refused',
  'invalid-alternate-alg': 'another algorithm than was registered is refused',
  'invalid-expired-exp': 'an ID Token that is over is refused',
  'invalid-missing-aud': 'an ID Token has aud',
  'invalid-missing-exp': 'an ID Token has exp',
  'invalid-missing-iss': 'an ID Token has iss',
  'invalid-missing-nonce': 'an ID Token has the nonce',
  'valid-aud-as-array': 'an aud that is a list of one is accepted',
  'no-scope-in-token-endpoint-response': 'a token response need not name the scope',
  'token-type-case-insensitivity': 'token_type is read in any case',
}

const RELYING_PARTY = {
  'oidcc-client-test': 'a login is accepted',
  'oidcc-client-test-nonce-invalid': 'an ID Token with another nonce is refused',
  'oidcc-client-test-invalid-iss': 'an ID Token of another issuer is refused',
  'oidcc-client-test-invalid-aud': 'an ID Token for another client is refused',
  'oidcc-client-test-missing-aud': 'an ID Token without aud is refused',
  'oidcc-client-test-missing-iat': 'an ID Token without iat is refused',
  'oidcc-client-test-missing-sub': 'an ID Token without sub is refused',
  'oidcc-client-test-idtoken-sig-rs256': 'an ID Token signed with RS256 is accepted',
  'oidcc-client-test-idtoken-sig-none':
    'an unsigned ID Token is accepted from the token endpoint by who registered that',
  'oidcc-client-test-invalid-sig-rs256': 'an RS256 signature that does not hold is refused',
  'oidcc-client-test-invalid-sig-hs256': 'an HS256 signature that does not hold is refused',
  'oidcc-client-test-kid-absent-single-jwks': 'an ID Token without kid is accepted where there is one key',
  'oidcc-client-test-missing-athash': 'an ID Token beside an access token has at_hash',
  'oidcc-client-test-invalid-athash': 'another at_hash is refused',
  'oidcc-client-test-invalid-chash': 'another c_hash is refused',
  'oidcc-client-test-missing-chash': 'an ID Token beside a code has c_hash',
  'oidcc-client-test-userinfo-invalid-sub': 'UserInfo about somebody else is refused',
  'oidcc-client-test-userinfo-bearer-header': 'UserInfo is asked with the header',
  'oidcc-client-test-userinfo-bearer-body': 'UserInfo is asked with the body',
  'oidcc-client-test-client-secret-basic': 'the client authenticates by client_secret_basic',
  'oidcc-client-test-signing-key-rotation': 'new keys are fetched when the issuer rotates',
  'oidcc-client-test-discovery-openid-config': 'the issuer is discovered',
  'oidcc-client-test-discovery-jwks-uri-keys': 'its keys are fetched',
  'oidcc-client-test-discovery-issuer-mismatch': 'a document of another issuer is refused',
  'oidcc-client-test-discovery-webfinger-acct': 'an account leads to its issuer',
  'oidcc-client-test-discovery-webfinger-url': 'a URL leads to its issuer',
  'oidcc-client-test-invalid-sig-es256': 'an ES256 signature that does not hold is refused',
  'oidcc-client-test-kid-absent-multiple-jwks':
    'an ID Token without kid is accepted where one of several keys verifies it',
  'oidcc-client-test-scope-userinfo-claims': 'claims are asked for by scope, and come from UserInfo',
  'oidcc-client-test-userinfo-signed': 'UserInfo that is signed is verified',
  'oidcc-client-test-dynamic-registration': 'the client registers itself',
  'oidcc-client-test-signing-key-rotation-just-before-signing':
    'a key that was published a moment ago is fetched',
  ...named('fapi1-advanced-final-client-test', {
    '': 'a login is accepted',
    ...Object.fromEntries(Object.entries(FAPI_ID_TOKENS).map(([name, asks]) => [`-${name}`, asks])),
    '-encrypted-idtoken': 'an ID Token that is encrypted for the client is opened',
    '-iat-is-week-in-past': 'an ID Token of last week is refused',
    '-invalid-chash': 'another c_hash is refused',
    '-invalid-shash': 'another s_hash is refused',
    '-invalid-missing-shash': 'an ID Token beside a state has s_hash',
  }),
  'fapi1-advanced-final-client-refresh-token-test':
    'tokens are refreshed, and an ID Token about somebody else is refused',
  ...named('fapi1-advanced-final-client-test-ensure-jarm-', {
    'signature-algorithm-is-not-none': 'an unsigned response is refused',
    'with-expired-exp-fails': 'a response that is over is refused',
    'with-invalid-aud-fails': 'a response for another client is refused',
    'with-invalid-iss-fails': 'a response of another issuer is refused',
    'with-invalid-sig-fails': 'a signature that does not hold is refused',
    'without-aud-fails': 'a response has aud',
    'without-exp-fails': 'a response has exp',
    'without-iss-fails': 'a response has iss',
  }),
  ...named('fapi2-security-profile-final-client-test-', {
    'happy-path': 'a login is accepted',
    ...FAPI_ID_TOKENS,
    'invalid-authorization-response-iss': 'an answer that names another issuer is refused',
    'remove-authorization-response-iss': 'an answer that names none is refused',
  }),
}

export const PLANS: readonly Plan[] = [
  {
    title: 'FAPI 1.0 Advanced Final',
    about: `Plan \`fapi1-advanced-final-test-plan\`: private_key_jwt, tokens bound to certificates, requests by value and pushed.`,
    modules: FAPI_1,
  },
  {
    title: 'FAPI 2.0 Security Profile Final',
    about: `Plans \`fapi2-security-profile-final-test-plan\` and \`fapi2-message-signing-final-test-plan\`: private_key_jwt, tokens bound by DPoP.`,
    modules: FAPI_2,
  },
  {
    title: 'FAPI 2.0 Message Signing Final',
    about:
      'What `fapi2-message-signing-final-test-plan` asks on top; its modules have the names of the profile it signs.',
    modules: MESSAGE_SIGNING,
  },
  {
    title: 'FAPI-CIBA',
    about: `Plan \`fapi-ciba-id1-test-plan\`, poll and ping.`,
    modules: CIBA,
  },
  {
    title: 'OpenID Connect: basic, implicit, hybrid, config, form post',
    about:
      'Plans `oidcc-basic-certification-test-plan`, `oidcc-implicit-…`, `oidcc-hybrid-…`, `oidcc-config-…` and `oidcc-formpost-…`: every response type, by its own response mode and by form_post.',
    modules: OIDC,
  },
  {
    title: 'OpenID Connect: dynamic',
    about: 'What `oidcc-dynamic-certification-test-plan` asks on top.',
    modules: DYNAMIC,
  },
  {
    title: 'OpenID Connect: logout',
    about:
      'Plans `oidcc-rp-initiated-logout-certification-test-plan`, `oidcc-backchannel-rp-initiated-logout-certification-test-plan`, `oidcc-session-management-certification-test-plan` and `oidcc-frontchannel-rp-initiated-logout-certification-test-plan`.',
    modules: LOGOUT,
  },
  {
    title: 'The relying party',
    about:
      'Modules of the plans `oidcc-client-…`, `fapi1-advanced-final-client-…` and `fapi2-security-profile-final-client-…`, which ask a client: what `openid-provider/client` accepts and refuses.',
    modules: RELYING_PARTY,
  },
]

/** Names of modules, and why they cannot be asked here. */
export const NOT_HERE: Readonly<Record<string, string>> = {
  'oidcc-idtoken-unsigned':
    'ID Tokens with alg none are not issued; the suite skips the module where they are not offered',
  'oidcc-request-uri-unsigned':
    'request objects have to be signed; the suite skips the module where unsigned ones are not offered',
  'oidcc-server-rotate-keys':
    'needs somebody who rotates the keys of the running provider, which come from the host',
  'fapi1-advanced-final-ensure-server-handles-non-matching-intent-id':
    'needs the consent API of UK Open Banking, which is the business of the host',
  'fapi1-advanced-final-brazil-*, fapi1-advanced-final-br-*':
    'need the consent and payment APIs of Open Finance Brasil, which are the business of the host',
}
