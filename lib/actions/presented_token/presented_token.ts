import type { AdapterPayload } from '../../../types/adapter.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Models, Runtime } from '../../engine/runtime.ts'
import { type FindOptions, MalformedEntry, restoreFound } from '../../models/base_model.ts'
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

/** What becomes of what was found. */
export interface TokenLoading extends FindOptions {
  /** It was damaged in storage: what it was can no longer be told. */
  damaged(found: FoundToken, problem: MalformedEntry): void | Promise<void>
}

/** Looks one kind up. */
async function findKind(rt: Runtime, kind: PresentedKind, value: string): Promise<FoundToken | undefined> {
  const stored = await rt.store.find(kind, value)
  return stored === undefined ? undefined : { kind, value, stored }
}

/** Makes a token of it, and remembers that; none where it has expired. @throws MalformedEntry */
function remember(
  ctx: Ctx,
  { models }: Runtime,
  { kind, value, stored }: FoundToken,
  options: FindOptions,
): void {
  if (kind === 'AccessToken') {
    const token = restoreFound(models.AccessToken, value, stored, options)
    if (token !== undefined) ctx.oidc.entity(kind, token)
  } else if (kind === 'RefreshToken') {
    const token = restoreFound(models.RefreshToken, value, stored, options)
    if (token !== undefined) ctx.oidc.entity(kind, token)
  } else {
    const token = restoreFound(models.ClientCredentials, value, stored, options)
    if (token !== undefined) ctx.oidc.entity(kind, token)
  }
}

/** Loads the token that the request is about, whatever its kind; there may be none. @see RFC 7662 §2.1, RFC 7009 §2.1 */
export async function loadPresentedToken(ctx: Ctx, rt: Runtime, loading: TokenLoading): Promise<void> {
  const value = tokenParameter(ctx)
  const hint = ctx.oidc.param('token_type_hint') ?? ''
  const found = await findHinted(hint, KINDS, (kind) => findKind(rt, kind, value))
  if (found === undefined) return
  try {
    remember(ctx, rt, found, loading)
  } catch (thrown) {
    if (!(thrown instanceof MalformedEntry)) throw thrown
    await loading.damaged(found, thrown)
  }
}

/** The token that was found. */
export function presentedToken({ oidc: { entities } }: Ctx): PresentedToken | undefined {
  return entities.AccessToken ?? entities.ClientCredentials ?? entities.RefreshToken
}
