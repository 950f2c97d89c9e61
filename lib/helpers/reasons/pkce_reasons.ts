import { defineReasons } from './define_reasons.ts'

/** Proof Key for Code Exchange. */
export const PKCE = defineReasons('pkce', {
  challenge_malformed: {
    section: 'RFC 7636 §4.2',
    when: 'The `code_challenge` is none that the method can yield.',
    remedy: 'With S256 it is the SHA-256 hash of the verifier, base64url without padding: 43 characters.',
  },
  challenge_missing: {
    section: 'RFC 7636 §4.3',
    when: 'A `code_challenge_method` came without `code_challenge`.',
    remedy: 'The application sends both, or neither.',
  },
  method_missing: {
    section: 'RFC 7636 §4.3',
    when: 'A `code_challenge` came without `code_challenge_method`, which would mean `plain`.',
    remedy: 'The application adds `code_challenge_method=S256`.',
  },
  method_unsupported: {
    section: 'RFC 7636 §4.3',
    when: 'The `code_challenge_method` is none of `pkce.methods`.',
    remedy: 'The application uses S256. `plain` protects nobody who can read the request.',
  },
  required: {
    section: 'RFC 9700 §2.1.1',
    when: '`pkce.required` wants PKCE for this request, and there is no `code_challenge`.',
    remedy: 'Turn PKCE on in the client library. `pkce.required` decides, client by client if need be.',
  },
  verifier_malformed: {
    section: 'RFC 7636 §4.1',
    when: 'The `code_verifier` is not of 43 to 128 unreserved characters.',
    remedy: 'The application sends the verifier it made, not the challenge, and not encoded twice.',
  },
  verifier_mismatch: {
    section: 'RFC 7636 §4.6',
    when: 'The `code_verifier` does not fit the `code_challenge` that the code was asked for with.',
    remedy: 'Two tabs that share one stored verifier do this, as does a code that somebody else asked for.',
  },
  verifier_missing: {
    section: 'RFC 7636 §4.6',
    when: 'A code that was asked for with PKCE came without `code_verifier`.',
    remedy:
      'The application keeps the verifier from the request until the exchange: a reload may have lost it.',
  },
  verifier_unexpected: {
    section: 'RFC 9700 §4.8.2',
    when: 'A `code_verifier` came with a code that was asked for without PKCE.',
    remedy: 'The request has lost its `code_challenge`, or this is the code of another request.',
  },
})
