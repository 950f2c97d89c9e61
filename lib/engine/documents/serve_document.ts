import type { Ctx } from '../context.ts'
import type { Runtime, Step } from '../runtime.ts'

const CACHE_CONTROL = 'public, max-age=300'

/**
 * Answers with a JSON document that depends on nothing but where the provider is mounted: serialized once.
 * @param name of the document among the provider's
 */
export function serveDocument(name: string, type: string, make: (ctx: Ctx, rt: Runtime) => object): Step {
  return function answerDocument(ctx, rt) {
    const document = rt.documents.get(`${name} ${ctx.oidc.mountPath}`, () => make(ctx, rt))
    ctx.status = 200
    ctx.type = type
    ctx.set('cache-control', CACHE_CONTROL)
    rt.documents.show(ctx, document)
  }
}
