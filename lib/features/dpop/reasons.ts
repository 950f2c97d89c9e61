import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Proofs of possession. */
export const DPOP = defineReasons('dpop', {
  algorithm_unsupported: {
    section: 'RFC 9449 §4.3 (5)',
    when: 'Its `alg` is none of `enabledJWA.dPoPSigningAlgValues`.',
    remedy: 'The client uses another key, or extend them.',
  },
  ath_mismatch: {
    section: 'RFC 9449 §4.3 (12)',
    when: '`ath` is not the hash of the access token.',
    remedy: 'The client makes a proof for each token.',
  },
  claim_malformed: {
    section: 'RFC 9449 §4.2',
    when: 'A claim is missing, of another type or very long.',
    remedy: 'The description names it.',
  },
  code_key_unproven: {
    section: 'RFC 9449 §10',
    when: 'The code is bound to a key that was not proven.',
    remedy: 'The client proves the key of its authorization request.',
  },
  expired: {
    section: 'RFC 9449 §4.3 (11)',
    when: 'The proof is too old, or past its `exp`.',
    remedy: 'The client makes one for each request; compare the clocks, or hand out nonces.',
  },
  htm_mismatch: {
    section: 'RFC 9449 §4.3 (8)',
    when: '`htm` is another method than that of the request.',
    remedy: 'The client makes the proof for `POST`, say.',
  },
  htu_mismatch: {
    section: 'RFC 9449 §4.3 (9)',
    when: '`htu` is another URL than that of the endpoint.',
    remedy: 'Behind a proxy set `provider.proxy`: the provider may think it is http, or has another host.',
  },
  in_future: {
    section: 'RFC 9449 §4.3 (11)',
    when: '`iat` or `nbf` is ahead of the clock here.',
    remedy: 'Compare the clocks.',
  },
  jkt_malformed: {
    section: 'RFC 9449 §10',
    when: '`dpop_jkt` is no thumbprint.',
    remedy: 'The client sends SHA-256 (RFC 7638) in base64url: 43 characters.',
  },
  jkt_mismatch: {
    section: 'RFC 9449 §10.1',
    when: '`dpop_jkt` is another key than that of the proof.',
    remedy: 'The client leaves one of them out.',
  },
  key_invalid: {
    section: 'RFC 9449 §4.3 (6), (7)',
    when: '`jwk` is no public key for this algorithm.',
    remedy: 'The description says why.',
  },
  nonce_missing: {
    section: 'RFC 9449 §8',
    when: 'A nonce is needed, and the proof has none.',
    remedy: 'Nothing: the client repeats the request with the one it was given.',
  },
  nonce_stale: {
    section: 'RFC 9449 §8',
    when: 'The nonce is too old.',
    remedy:
      'Nothing: the client repeats the request with the new one. If it does not end, processes have different `nonceSecret`.',
  },
  not_jws: {
    section: 'RFC 9449 §4.3 (1), (2)',
    when: 'The header `DPoP` is no single compact JWS.',
    remedy: 'The client sends one proof.',
  },
  proof_missing: {
    section: 'RFC 9449 §5, §7.1',
    when: 'The client or the token needs a proof, and there is none.',
    remedy: 'The client sends the header `DPoP`. Proxies may drop it.',
  },
  replayed: {
    section: 'RFC 9449 §11.1',
    when: 'A proof with this `jti` was used before.',
    remedy: 'The client makes a new one for each request, retries included.',
  },
  scheme_mismatch: {
    section: 'RFC 9449 §7.1',
    when: 'A bound token was presented as `Bearer`.',
    remedy: 'The client sends `Authorization: DPoP` and the token.',
  },
  signature_invalid: {
    section: 'RFC 9449 §4.3 (6)',
    when: 'The key in the proof has not made its signature.',
    remedy: 'Look at the library of the client.',
  },
  token_key_mismatch: {
    section: 'RFC 9449 §7.1',
    when: 'The token is bound to another key.',
    remedy: 'The client uses the key it got the token with.',
  },
  token_not_bound: {
    section: 'RFC 9449 §7.1',
    when: 'The token is bound to no key, and was presented with a proof.',
    remedy: 'The client sends `Authorization: Bearer`.',
  },
  type_unexpected: {
    section: 'RFC 9449 §4.3 (4)',
    when: '`typ` is not `dpop+jwt`.',
    remedy: 'Look at the library of the client.',
  },
})
