import type { CookieSigner } from '../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { Store } from '../adapters/store.ts'
import type { ClientRuntime } from '../clients/client.ts'
import type { ClientKeystore } from '../clients/client_keystore.ts'
import type { SectorDocuments } from '../clients/sector_documents.ts'
import type { ResolvedConfiguration } from '../configuration/resolved_configuration.ts'
import type { Keystore } from '../helpers/jose/keystore.ts'

/** What models need of the provider they are bound to. */
export interface ModelRuntime extends ClientRuntime {
  readonly issuer: string
  readonly configuration: ResolvedConfiguration
  readonly store: Store
  readonly keystore: Keystore
  /** The keys of clients. */
  readonly clientKeys: ClientKeystore
  /** What clients say about their sector. */
  readonly sectorDocuments: SectorDocuments
  /** Signs the cookies; `undefined` when no keys are configured. */
  readonly cookieKeys: CookieSigner | undefined
  /**
   * Tells listeners about a model; they run isolated and change no answer.
   * @param event its name and what happened: `access_token.saved`
   */
  announce(event: string, model: object): void
  /** Tells the host of a damaged entry: by `server_error` where the request is known, else in its log. */
  reportDamage(error: Error, ctx?: KoaContextWithOIDC): void
}
