import type { KoaContextWithOIDC } from '../../../types/context.ts'
import { RequestContext } from '../../engine/context.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'

/** What to make a page with, for pages that stand where a host may have its own: they are given what hosts are given. */
export function appearanceOf({ oidc }: Pick<KoaContextWithOIDC, 'oidc'>): Appearance {
  if (!(oidc instanceof RequestContext)) throw new TypeError('this is not the context of a provider')
  return oidc.appearance
}
