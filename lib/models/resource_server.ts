import type {
  LoadedResourceServer,
  ResourceServerInfo,
  ResourceServerJwt,
} from '../../types/resource_server.ts'
import { ownCopy } from '../clients/own_copy.ts'
import { isRecord } from '../helpers/is_record.ts'
import { words } from '../helpers/words.ts'

const isOptional = (value: unknown, type: 'string' | 'number') => value === undefined || typeof value === type

/** @throws TypeError: the host described something else than a resource server */
function checkInfo(info: unknown): asserts info is ResourceServerInfo {
  const name = 'features.resourceIndicators.getResourceServerInfo'
  if (!isRecord(info)) throw new TypeError(`${name} must return an object`)
  const { scope, audience, accessTokenTTL, accessTokenFormat: format, jwt } = info
  if (!isOptional(scope, 'string')) throw new TypeError(`${name}: scope must be a string`)
  if (!isOptional(audience, 'string') || audience === '')
    throw new TypeError(`${name}: audience must be a non-empty string`)
  const isLifetime =
    typeof accessTokenTTL === 'number' && Number.isSafeInteger(accessTokenTTL) && accessTokenTTL > 0
  if (accessTokenTTL !== undefined && !isLifetime)
    throw new TypeError(`${name}: accessTokenTTL must be a positive whole number of seconds`)
  if (format !== undefined && format !== 'opaque' && format !== 'jwt')
    throw new TypeError(`${name}: accessTokenFormat must be 'opaque' or 'jwt'`)
  if (jwt !== undefined && !isRecord(jwt)) throw new TypeError(`${name}: jwt must be an object`)
}

/** A resource server (API), as the host describes it to one client. @see RFC 8707 §2 */
export class ResourceServer implements LoadedResourceServer {
  readonly #identifier: string
  /** Its scopes, separated by spaces. */
  scope: string
  /** The `aud` of its tokens. */
  audience: string
  accessTokenTTL: number | undefined
  accessTokenFormat: 'opaque' | 'jwt' | undefined
  jwt: ResourceServerJwt | undefined

  /**
   * @param identifier the resource indicator
   * @param info what `getResourceServerInfo` returned
   * @throws TypeError
   */
  constructor(identifier: string, info: ResourceServerInfo) {
    checkInfo(info)
    this.#identifier = identifier
    this.scope = info.scope ?? ''
    this.audience = info.audience ?? identifier
    this.accessTokenTTL = info.accessTokenTTL
    this.accessTokenFormat = info.accessTokenFormat
    this.jwt = info.jwt
  }

  /** The resource indicator. */
  identifier(): string {
    return this.#identifier
  }

  /** The same in an object of its own. */
  copy(): ResourceServer {
    const { scope, audience, accessTokenTTL, accessTokenFormat, jwt } = this
    return new ResourceServer(this.#identifier, {
      scope,
      audience,
      accessTokenTTL,
      accessTokenFormat,
      jwt: ownCopy(jwt),
    })
  }

  get scopes(): Set<string> {
    return new Set(words(this.scope))
  }
}

const isLoaded = (given: LoadedResourceServer | ResourceServerInfo): given is LoadedResourceServer =>
  'identifier' in given

/** One that a token is made for: as the provider loaded it, or described by the host. @throws TypeError without an audience */
export function loadedResourceServer(
  given: LoadedResourceServer | ResourceServerInfo | undefined,
): LoadedResourceServer | undefined {
  if (given === undefined || isLoaded(given)) return given
  if (given.audience === undefined) throw new TypeError('resourceServer: audience is missing')
  return new ResourceServer(given.audience, given)
}
