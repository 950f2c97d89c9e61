import { quoted, refuse } from '../../clients/metadata/refuse.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { normalizeResponseType } from '../../helpers/response_type.ts'

/** What lets a client act for others stays with those that the host knows. @see RFC 8693 §1.1, RFC 7523 §2.1 */
const ON_TRUST: ReadonlySet<string> = new Set([
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
])

/** What a client that registers itself may have of a property. */
function offered(rt: Runtime, name: string): string[] {
  const allowed = rt.clientRules.rows.find((row) => row.name === name)?.allowed ?? []
  const isOpen = rt.configuration.features.registration.initialAccessToken === false
  return [...allowed].filter((value) => !(isOpen && ON_TRUST.has(value)))
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string')

function keep(
  draft: Record<string, unknown>,
  name: string,
  isOffered: Iterable<string>,
  read: (value: string) => string = (value) => value,
): void {
  const sent = draft[name]
  if (!isTexts(sent)) return
  const known = new Set(isOffered)
  const kept = sent.filter((value) => known.has(read(value)))
  if (kept.length === 0) refuse(name, `can only contain ${quoted(known)}`)
  draft[name] = kept
}

/**
 * Clients list all they can do. What is not on offer to those that register themselves is dropped, and the answer
 * says what is left; the rules for every client hold for that.
 * @see RFC 7591 §2 (`grant_types`), §3.2.1
 */
export const keepOffered: Step = (ctx, rt) => {
  const draft = ctx.oidc.understood('registration')
  keep(draft, 'grant_types', offered(rt, 'grant_types'))
  keep(draft, 'response_modes', offered(rt, 'response_modes'))
  keep(draft, 'response_types', offered(rt, 'response_types'), normalizeResponseType)
}
