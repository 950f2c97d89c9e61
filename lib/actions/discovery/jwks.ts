import { defineAction } from '../../engine/define_action.ts'
import { serveDocument } from '../../engine/documents/serve_document.ts'
import { openCors } from '../../engine/wraps/cors.ts'
import { jsonErrors } from '../../engine/wraps/json_errors.ts'

/** The provider's public keys. @see OpenID Connect Discovery 1.0 §3 (jwks_uri), RFC 7517 §5 */
export const jwks = defineAction({
  name: 'jwks',
  methods: ['GET'],
  path: 'jwks',
  cors: 'open',
  safe: true,
  wraps: [openCors, jsonErrors('jwks.error')],
  steps: [serveDocument('jwks', 'application/jwk-set+json', (_ctx, rt) => rt.keystore.publicJwks)],
})
