import type { JWKS } from '../../types/client.ts'
import type { CustomizeHttpOptions } from '../../types/relying_party/http.ts'
import type { ClientMetadata, ClientOptions, RegisterOther } from '../../types/relying_party/metadata.ts'
import type { HolderKeys } from '../outgoing/holder_keys.ts'
import { Client } from './client.ts'
import { custom } from './custom.ts'
import { sendHttp } from './http/send_http.ts'
import { readRegistration, register } from './registration.ts'
import type { IssuerOfClient, ProfileRules } from './relying_party.ts'

/** The class of the clients of one issuer. */
export interface ClientClass {
  new (metadata: ClientMetadata, jwks?: JWKS, options?: ClientOptions): Client
  /** Registers a client at the issuer. @throws OPError, RPError, TypeError @see RFC 7591 §3 */
  register(metadata: Readonly<Record<string, unknown>>, other?: RegisterOther): Promise<Client>
  /** Reads what is registered of a client. @throws OPError, RPError, TypeError @see RFC 7592 §2.1 */
  fromUri(
    registrationClientUri: string,
    registrationAccessToken: string,
    jwks?: JWKS,
    clientOptions?: ClientOptions,
  ): Promise<Client>
  /** Decides about each registration request. */
  [custom.http_options]?: CustomizeHttpOptions | undefined
}

/** @see FAPI 1.0 Advanced §5.2.2, §5.2.3.1 */
const FAPI: ProfileRules = { needsStateHash: true, oldestIdToken: 60 * 60, needsNotBefore: true }

/** Ties the class to an issuer. */
export function clientClass(issuer: IssuerOfClient, keys: HolderKeys): ClientClass {
  const known = issuer.metadata
  class BoundClient extends Client {
    declare static [custom.http_options]?: CustomizeHttpOptions | undefined

    constructor(metadata: ClientMetadata, jwks?: JWKS, options?: ClientOptions) {
      super({ issuer, keys }, metadata, jwks, options)
    }

    static async register(
      metadata: Readonly<Record<string, unknown>>,
      { jwks, initialAccessToken, ...options }: RegisterOther = {},
    ): Promise<Client> {
      const caller = { customize: BoundClient.#customize(this), about: known.issuer }
      const send = sendHttp.bind(undefined, caller)
      return new this(await register(known, send, { metadata, jwks, initialAccessToken }), jwks, options)
    }

    static async fromUri(
      registrationClientUri: string,
      registrationAccessToken: string,
      jwks?: JWKS,
      clientOptions?: ClientOptions,
    ): Promise<Client> {
      const caller = { customize: BoundClient.#customize(this), about: known.issuer }
      const send = sendHttp.bind(undefined, caller)
      const access = { uri: registrationClientUri, token: registrationAccessToken }
      const metadata = await readRegistration(known, send, access)
      return new this(metadata, jwks, clientOptions)
    }

    static #customize(self: typeof BoundClient): CustomizeHttpOptions | undefined {
      return self[custom.http_options]
    }
  }
  Object.defineProperty(BoundClient, 'name', { value: 'Client' })
  return BoundClient
}

/** The same with the checks of FAPI 1.0. */
export function fapiClientClass(Base: ClientClass): ClientClass {
  return class FAPIClient extends Base {
    protected override profile(): ProfileRules {
      return FAPI
    }
  }
}
