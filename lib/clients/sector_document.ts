import { InvalidClientMetadata } from '../helpers/errors.ts'
import { hearRejection } from '../helpers/hear_rejection.ts'
import { sectorDocumentProblem } from '../helpers/uri/sector_identifier.ts'
import type { OutgoingRuntime } from '../outgoing/outgoing_request.ts'
import type { Client } from './client.ts'
import { CLIENT_METADATA } from './reasons.ts'
import type { SectorDocuments } from './sector_documents.ts'

interface SectorRuntime extends OutgoingRuntime {
  readonly sectorDocuments: SectorDocuments
}

function isWanted({ configuration }: OutgoingRuntime, client: Client): boolean {
  const wanted: unknown = hearRejection(configuration.sectorIdentifierUriValidate(client))
  if (typeof wanted === 'boolean') return wanted
  throw new TypeError('sectorIdentifierUriValidate must return a boolean, not a promise')
}

/**
 * Checks that the sector a client names knows the client: otherwise it could learn the pairwise `sub` values of
 * somebody else's clients.
 * @throws InvalidClientMetadata
 * @see OpenID Connect Core 1.0 §8.1, OpenID Connect Dynamic Client Registration 1.0 §5
 */
export async function checkSectorDocument(rt: SectorRuntime, client: Client): Promise<void> {
  const { sectorIdentifierUri: uri } = client
  if (uri === undefined || !isWanted(rt, client)) return
  const problem = sectorDocumentProblem(await rt.sectorDocuments.get(uri), client.metadata())
  if (problem !== undefined)
    throw new InvalidClientMetadata(`sector_identifier_uri ${problem}`).because(
      CLIENT_METADATA.sector_mismatch,
      { seen: ['sector_identifier_uri'] },
    )
}
