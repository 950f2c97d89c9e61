import type { AdapterPayload } from '../../../types/adapter.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Models, Runtime } from '../../engine/runtime.ts'
import { type FindOptions, isAnother, restoreFound } from '../../models/base_model.ts'
import { findHinted, type HintedKinds } from './find_hinted.ts'
import { tokenParameter } from './token_parameter.ts'

/** Kinds of tokens that clients ask about, and give back. @see RFC 7662 §2.1, RFC 7009 §2 */
export type PresentedKind = 'AccessToken' | 'ClientCredentials' | 'RefreshToken'
export type PresentedToken = InstanceType<Models[PresentedKind]>

const KINDS: HintedKinds<PresentedKind> = {
  accessTokens: ['AccessToken', 'ClientCredentials'],
  refreshTokens: ['RefreshToken'],
}

/** What storage found. */
export interface FoundToken {
  readonly kind: PresentedKind
  readonly value: string
  readonly stored: AdapterPayload
}

/** Looks one kind up. */
async function findKind(rt: Runtime, kind: PresentedKind, value: string): Promise<FoundToken | undefined> {
  const stored = await rt.store.find(kind, value)
  return stored === undefined || isAnother(stored.jti, value) ? undefined : { kind, value, stored }
}

/** Makes a token of it, and remembers that. @returns whether it can be one */
function remember(ctx: Ctx, { models }: Runtime, found: FoundToken, options: FindOptions): boolean {
  const { kind, value, stored } = found
  if (kind === 'AccessToken') {
    const token = restoreFound(models.AccessToken, value, stored, options)
    if (token !== undefined) ctx.oidc.entity(kind, token)
    return token !== undefined
  }
  if (kind === 'RefreshToken') {
    const token = restoreFound(models.RefreshToken, value, stored, options)
    if (token !== undefined) ctx.oidc.entity(kind, token)
    return token !== undefined
  }
  const token = restoreFound(models.ClientCredentials, value, stored, options)
  if (token !== undefined) ctx.oidc.entity(kind, token)
  return token !== undefined
}

/**
 * Loads the token that the request is about, whatever its kind; there may be none.
 * @returns what was found and is no token: damaged, or expired where that is not ignored
 * @see RFC 7662 §2.1, RFC 7009 §2.1
 */
export async function loadPresentedToken(
  ctx: Ctx,
  rt: Runtime,
  options: FindOptions = {},
): Promise<FoundToken | undefined> {
  const value = tokenParameter(ctx)
  const hint = ctx.oidc.param('token_type_hint') ?? ''
  const found = await findHinted(hint, KINDS, (kind) => findKind(rt, kind, value))
  if (found === undefined || remember(ctx, rt, found, { ...options, ctx })) return undefined
  return found
}

/** The token that was found. */
export function presentedToken({ oidc: { entities } }: Ctx): PresentedToken | undefined {
  return entities.AccessToken ?? entities.ClientCredentials ?? entities.RefreshToken
}
