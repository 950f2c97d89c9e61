import { findGrantOf } from '../../actions/issuing/load_grant_of.ts'
import {
  loadPresentedToken,
  type PresentedToken,
  presentedToken,
} from '../../actions/presented_token/presented_token.ts'
import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidClient } from '../../helpers/errors.ts'
import { subjectFor } from '../../models/subject.ts'
import { type Described, type Introspection, inactive, tokenMembers } from './token_members.ts'

declare module '../../engine/context.ts' {
  interface UnderstoodRequest {
    /** What is told about the token. */
    introspection?: Introspection
  }
}

/** A client that is not valid (any more) is answered like one that does not exist. */
function asGone(thrown: unknown): undefined {
  if (thrown instanceof InvalidClient) return undefined
  throw thrown
}

/** The client that the token was issued to. */
function findClientOf(ctx: Ctx, rt: Runtime, { clientId = '' }: PresentedToken) {
  const asking = ctx.oidc.loaded('Client')
  if (clientId === asking.clientId) return asking
  return rt.knownClient(clientId) ?? rt.findClient(clientId).catch(asGone)
}

/** @returns the token's client while everything that the token stands on is there */
async function findFooting(ctx: Ctx, rt: Runtime, token: PresentedToken): Promise<Client | undefined> {
  if (!token.isValid) return undefined
  const client = findClientOf(ctx, rt, token)
  // Tokens of a client itself stand on the client alone (RFC 6749 §4.4).
  if (token instanceof rt.models.ClientCredentials) return client
  const [found, problem] = await Promise.all([client, findGrantOf(ctx, rt, token)])
  return problem === undefined ? found : undefined
}

/**
 * An account as the token's client knows it, like a JWT access token says it. Not as whoever asks does: what sector
 * a client is of is its own word, and it would learn how another one knows a person.
 * @see OpenID Connect Core 1.0 §8.1, RFC 7662 §5
 */
async function subjectOf(
  ctx: Ctx,
  rt: Runtime,
  { accountId }: Described,
  client: Client,
): Promise<string | undefined> {
  return accountId === undefined ? undefined : subjectFor(rt, ctx, accountId, client)
}

async function introspect(ctx: Ctx, rt: Runtime, token: PresentedToken): Promise<Introspection> {
  const client = await findFooting(ctx, rt, token)
  if (client === undefined) return inactive()
  token.client = client
  const { allowedPolicy } = rt.configuration.features.introspection
  if (!(await allowedPolicy(ctx, ctx.oidc.loaded('Client'), token))) return inactive()
  return tokenMembers(token, rt.issuer, await subjectOf(ctx, rt, token, client))
}

/** Finds the token; one that is damaged in storage is worth nothing, and the host hears of it. @see RFC 7662 §2.1 */
export const loadIntrospectedToken: Step = async (ctx, rt) => {
  await loadPresentedToken(ctx, rt)
}

/** Finds out what may be told; that a token is not active says nothing about why. @see RFC 7662 §2.2, §4 */
export const describeToken: Step = async (ctx, rt) => {
  const token = presentedToken(ctx)
  ctx.oidc.understand('introspection', token === undefined ? inactive() : await introspect(ctx, rt, token))
}
