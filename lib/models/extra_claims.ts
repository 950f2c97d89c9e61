import type { KoaContextWithOIDC } from '../../types/context.ts'
import { isRecord } from '../helpers/is_record.ts'
import type { ModelRuntime } from './model_runtime.ts'

/** Claims of the host's `extraTokenClaims` for a new access token. They never replace the token's own. */
export function extraClaims(
  rt: ModelRuntime,
  ctx: KoaContextWithOIDC | undefined,
  token: object,
): ExtraClaims | Promise<ExtraClaims> {
  if (ctx === undefined) return undefined
  const given: unknown = Reflect.apply(rt.configuration.extraTokenClaims, undefined, [ctx, token])
  return isRecord(given) && 'then' in given ? Promise.resolve(given).then(checked) : checked(given)
}

type ExtraClaims = Record<string, unknown> | undefined

function checked(claims: unknown): ExtraClaims {
  if (claims === undefined || claims === null) return undefined
  if (typeof claims !== 'object' || Array.isArray(claims))
    throw new TypeError('extraTokenClaims must return an object or undefined')
  return { ...claims }
}
