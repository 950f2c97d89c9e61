import { defineAction } from '../../engine/define_action.ts'
import { serveDocument } from '../../engine/documents/serve_document.ts'
import { openCors } from '../../engine/wraps/cors.ts'
import { jsonErrors } from '../../engine/wraps/json_errors.ts'
import { tellOtherPath } from './misplaced.ts'

const answerMetadata = serveDocument('metadata', 'application/json', (ctx, rt) => {
  tellOtherPath(ctx, ctx.oidc.mountPath, rt)
  return rt.metadata((route) => ctx.oidc.urlFor(route))
})

/** What the provider supports, and where. @see OpenID Connect Discovery 1.0 §4 */
export const discovery = defineAction({
  name: 'discovery',
  methods: ['GET'],
  path: '/.well-known/openid-configuration',
  cors: 'open',
  safe: true,
  wraps: [openCors, jsonErrors('discovery.error')],
  steps: [answerMetadata],
})

/** The same for clients that know OAuth 2.0 only. @see RFC 8414 §3 */
export const authorizationServerMetadata = defineAction({
  name: 'authorization_server_metadata',
  methods: ['GET'],
  path: '/.well-known/oauth-authorization-server',
  cors: 'open',
  safe: true,
  wraps: [openCors, jsonErrors('discovery.error')],
  steps: [answerMetadata],
})
