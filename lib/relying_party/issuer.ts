import type { CustomizeHttpOptions } from '../../types/relying_party/http.ts'
import type { IssuerMetadata } from '../../types/relying_party/metadata.ts'
import { HolderKeys } from '../outgoing/holder_keys.ts'
import { expectOk, OutgoingRequestFailed } from '../outgoing/outgoing_request.ts'
import type { LoadKeySet } from '../outgoing/remote_key_sets.ts'
import type { Client } from './client.ts'
import { type ClientClass, clientClass, fapiClientClass } from './client_class.ts'
import { custom } from './custom.ts'
import { checkIssuerMetadata, discover, type SendAbout } from './discovery.ts'
import { RPError } from './errors.ts'
import { withParsedBody } from './http/read_answer.ts'
import { sendHttp } from './http/send_http.ts'
import { IssuerKeystore } from './issuer_keystore.ts'
import type { IssuerOfClient } from './relying_party.ts'
import { endpointOf } from './requests/endpoint.ts'
import { findIssuer } from './webfinger.ts'

/**
 * An OpenID provider or authorization server, as its clients know it. Metadata are properties, too.
 * @typeParam _Client has no meaning; hosts write `Issuer<Client>`
 */
export class Issuer<_Client extends Client = Client> implements IssuerOfClient {
  /** Decides about each request for discovery and WebFinger. */
  declare static [custom.http_options]?: CustomizeHttpOptions | undefined
  /** Decides about each request for the issuer's keys. */
  declare [custom.http_options]?: CustomizeHttpOptions | undefined;
  [member: string]: unknown

  readonly #keys: HolderKeys
  readonly #metadata: IssuerMetadata
  #client: ClientClass | undefined
  #fapiClient: ClientClass | undefined

  /** @throws TypeError */
  constructor(given: IssuerMetadata) {
    const metadata = checkIssuerMetadata(given)
    this.#metadata = metadata
    this.#keys = new HolderKeys({
      load: (...request) => this.#loadKeys(...request),
      failure: keysFailed,
    })
    for (const name of Object.keys(metadata)) {
      if (!(name in this)) Object.defineProperty(this, name, { get: () => metadata[name], enumerable: true })
    }
  }

  /**
   * Loads the metadata of an issuer: those of one document when its URL is given, otherwise of either well-known place.
   * @throws OPError, RPError, TypeError
   * @see OpenID Connect Discovery 1.0 §4, RFC 8414 §3
   */
  static async discover(issuer: string): Promise<Issuer> {
    return new this(await discover(sendBy(this), issuer))
  }

  /**
   * Finds the issuer for an e-mail address, URL, host, or acct URI that a person typed in.
   * @throws OPError, RPError, TypeError
   * @see OpenID Connect Discovery 1.0 §2, RFC 7033
   */
  static async webfinger(input: string): Promise<Issuer> {
    const send = sendBy(this)
    const { issuer: expected, by } = await findIssuer(send, input)
    // What a stranger names opens nothing that the stranger's own address does not (RFC 9700 §4.11).
    const issuer = new this(await discover((_about, request) => send(by, request), expected))
    if (issuer.metadata.issuer !== expected)
      throw new RPError(`discovered issuer mismatch, expected ${expected}, got: ${issuer.metadata.issuer}`)
    return issuer
  }

  /** What the issuer says about itself. */
  get metadata(): IssuerMetadata {
    return { ...this.#metadata }
  }

  /** The class of its clients. */
  get Client(): ClientClass {
    this.#client ??= clientClass(this, this.#keys)
    return this.#client
  }

  /** The same with the checks of FAPI 1.0. */
  get FAPIClient(): ClientClass {
    this.#fapiClient ??= fapiClientClass(this.Client)
    return this.#fapiClient
  }

  /**
   * The keys behind `jwks_uri`, which are kept for a while.
   * @param forceReload asks for them again
   * @throws OPError, RPError, TypeError
   */
  async keystore(forceReload = false): Promise<IssuerKeystore> {
    return new IssuerKeystore(await this.#keys.get(endpointOf(this.#metadata, 'jwks_uri'), forceReload))
  }

  async #loadKeys(...[uri, { accept, pool }]: Parameters<LoadKeySet>): ReturnType<LoadKeySet> {
    const caller = { customize: this[custom.http_options], about: this.#metadata.issuer, pool }
    const response = await sendHttp(caller, { url: uri, headers: { accept } }).catch(rethrowCause)
    expectOk(uri, response.statusCode)
    const { body } = withParsedBody(response)
    return { value: body, headers: new Map(Object.entries(response.headers)) }
  }
}

/** A subclass of the host's may have a function of its own. */
const sendBy =
  (issuers: typeof Issuer): SendAbout =>
  (about, request) =>
    sendHttp({ customize: issuers[custom.http_options], about }, request)

/** Whoever keeps the keys needs to know whether the failure may pass. */
function rethrowCause(error: unknown): never {
  throw error instanceof RPError && error.cause instanceof OutgoingRequestFailed ? error.cause : error
}

const keysFailed = (cause: unknown): Error =>
  cause instanceof OutgoingRequestFailed || !(cause instanceof Error)
    ? new RPError('keys of the issuer could not be fetched', { cause })
    : cause
