import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { ModelRuntime } from './model_runtime.ts'

/** Claims of the host's `extraTokenClaims` for a new access token. They never replace the token's own. */
export async function extraClaims(
  rt: ModelRuntime,
  ctx: KoaContextWithOIDC | undefined,
  token: object,
): Promise<Record<string, unknown> | undefined> {
  if (ctx === undefined) return undefined
  const claims: unknown = await Reflect.apply(rt.configuration.extraTokenClaims, undefined, [ctx, token])
  if (claims === undefined || claims === null) return undefined
  if (typeof claims !== 'object' || Array.isArray(claims))
    throw new TypeError('extraTokenClaims must return an object or undefined')
  return { ...claims }
}
