import { refuseMalformed } from '../../actions/authorization/rules/request_rules.ts'
import { defineAction } from '../../engine/define_action.ts'
import { readQueryOrForm } from '../../engine/read_form.ts'
import type { Step } from '../../engine/runtime.ts'
import { openCors } from '../../engine/wraps/cors.ts'
import { jsonErrors } from '../../engine/wraps/json_errors.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { readResource } from './read_resource.ts'
import { WEBFINGER } from './reasons.ts'

/** The relation of a resource to who is responsible for it. @see OpenID Connect Discovery 1.0 §2 */
const ISSUER = 'http://openid.net/specs/connect/1.0/issuer'

/**
 * Says that this issuer is responsible, if it is. Who asks for other relations is told that there are none.
 * @see RFC 7033 §4.2, §4.3, §4.4
 */
const answerResource: Step = async (ctx, rt) => {
  const resource = readResource(ctx.oidc.param('resource'))
  const { hasResource } = rt.configuration.features.webfinger
  if ((await hasResource(ctx, { ...resource })) !== true)
    throw new InvalidRequest('nothing is known about this resource', 404).because(WEBFINGER.resource_unknown)
  const asked = [ctx.oidc.sentParams?.['rel'] ?? []].flat()
  const isAskedFor = asked.length === 0 || asked.includes(ISSUER)
  ctx.status = 200
  ctx.body = {
    subject: resource.uri,
    links: isAskedFor ? [{ rel: ISSUER, href: rt.issuer }] : [],
  }
  ctx.type = 'application/jrd+json'
}

/** Where clients find out which issuer is responsible for an account or a host. @see OpenID Connect Discovery 1.0 §2 */
export const webfingerEndpoint = defineAction({
  name: 'webfinger',
  methods: ['GET'],
  path: '/.well-known/webfinger',
  params: ['rel', 'resource'],
  repeatable: ['rel'],
  cors: 'open',
  safe: true,
  wraps: [openCors, jsonErrors('webfinger.error')],
  steps: [readQueryOrForm, refuseMalformed, answerResource],
})
