import { decodeJwt } from 'jose'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { ProviderError } from '../../../types/errors.ts'
import { isRecord } from '../../helpers/is_record.ts'
import type { Provider } from '../../index.ts'
import { adviceFor } from './advice.ts'

/** Something that happened, in words. */
export interface Entry {
  readonly at: Date
  readonly what: string
  /** Why it was refused. */
  readonly why?: string | undefined
  /** What may be done about it. */
  readonly advice?: string | undefined
  /** Claims of signed tokens that were given, by the name of the token. */
  readonly tokens: readonly (readonly [name: string, claims: Readonly<Record<string, unknown>>])[]
}

const MOST = 100

/** Requests that may be refused, and what each wanted. */
const REFUSALS = [
  ['authorization.error', 'wants to log somebody in'],
  ['pushed_authorization_request.error', 'pushes an authorization request'],
  ['grant.error', 'wants tokens'],
  ['userinfo.error', 'wants claims at UserInfo'],
  ['introspection.error', 'asks what a token says'],
  ['revocation.error', 'revokes a token'],
  ['end_session.error', 'wants to log somebody out'],
] as const

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const clientOf = ({ oidc }: KoaContextWithOIDC): string =>
  oidc.client?.clientId ?? text(oidc.params?.['client_id']) ?? 'Somebody'

/** Everything that is known of a refusal, its code and rule at the end. */
function reasonOf({ error, error_description, error_detail, reason, section, accepted = [] }: ProviderError) {
  const said = [error, error_description, error_detail].filter((part) => part !== undefined).join(': ')
  const wanted = accepted.length > 0 ? `. Accepted: ${accepted.join(', ')}` : ''
  return `${said}${wanted} (${[reason, section].filter((part) => part !== undefined).join(', ')})`
}

function signedTokens(body: unknown): Entry['tokens'] {
  if (!isRecord(body)) return []
  return ['id_token', 'access_token'].flatMap((name) => {
    const token = body[name]
    const isSigned = typeof token === 'string' && token.split('.').length === 3
    return isSigned ? [[name, decodeJwt(token)] as const] : []
  })
}

/** What happened at a provider lately. Codes, secrets and opaque tokens are never kept. */
export class Journal {
  #entries: readonly Entry[] = []

  /** The newest first. */
  get entries(): readonly Entry[] {
    return this.#entries
  }

  /** Listens to one more provider. */
  attach(provider: Provider): void {
    for (const [event, wish] of REFUSALS) {
      provider.on(event, (ctx: KoaContextWithOIDC, error: ProviderError) =>
        this.#add(`${clientOf(ctx)} ${wish}: refused`, {
          why: reasonOf(error),
          advice: adviceFor(error.error),
        }),
      )
    }
    provider.on('interaction.started', (ctx, { name, reasons }) =>
      this.#add(
        `${clientOf(ctx)} wants to log somebody in: the ${name} screen is shown (${reasons.join(', ')})`,
      ),
    )
    provider.on('authorization.success', (ctx, response) => {
      const given = Object.keys(response).filter((name) => /^(?:code|id_token|access_token)$/.test(name))
      const who = ctx.oidc.session?.accountId ?? 'somebody'
      this.#add(`${clientOf(ctx)} is told that ${who} logged in, and gets: ${given.join(', ') || 'nothing'}`)
    })
    provider.on('grant.success', (ctx) => {
      const grantType = text(ctx.oidc.params?.['grant_type']) ?? 'a grant'
      this.#add(`${clientOf(ctx)} gets tokens for ${grantType}`, { tokens: signedTokens(ctx.body) })
    })
    provider.on('server_error', (_ctx, { message }) => this.#add('The server failed', { why: message }))
  }

  #add(what: string, told: Partial<Omit<Entry, 'at' | 'what'>> = {}): void {
    this.#entries = [{ tokens: [], ...told, at: new Date(Date.now()), what }, ...this.#entries].slice(0, MOST)
  }
}
