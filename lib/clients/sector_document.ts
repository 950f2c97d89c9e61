import { InvalidClientMetadata } from '../helpers/errors.ts'
import { hearRejection } from '../helpers/hear_rejection.ts'
import { sectorDocumentProblem } from '../helpers/uri/sector_identifier.ts'
import { OutgoingRequestFailed, type OutgoingRuntime, outgoingJson } from '../outgoing/outgoing_request.ts'
import type { Client } from './client.ts'

/** Only declared JSON counts: whoever can upload a text to a host could join its sector otherwise. */
async function fetchDocument(rt: OutgoingRuntime, uri: string): Promise<unknown> {
  const { sector_identifier_uri: limit } = rt.configuration.fetchResponseBodyLimits
  try {
    const { value } = await outgoingJson(rt, uri, { limit })
    return value
  } catch (thrown) {
    if (!(thrown instanceof OutgoingRequestFailed)) throw thrown
    throw new InvalidClientMetadata('sector_identifier_uri could not be fetched', thrown.message, thrown)
  }
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
export async function checkSectorDocument(rt: OutgoingRuntime, client: Client): Promise<void> {
  const { sectorIdentifierUri: uri } = client
  if (uri === undefined || !isWanted(rt, client)) return
  const problem = sectorDocumentProblem(await fetchDocument(rt, uri), client.metadata())
  if (problem !== undefined) throw new InvalidClientMetadata(`sector_identifier_uri ${problem}`)
}
