import type { Interaction, InteractionResults } from '../../../types/models.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { parseJsonObject } from '../../helpers/parse_json_object.ts'
import type { Provider } from '../../index.ts'

const words = (value: unknown): string => (typeof value === 'string' ? value : '')
const namesIn = (value: unknown): string[] => (isRecord(value) ? Object.keys(value) : [])

/** Names of the claims that are asked for one by one. @see OpenID Connect Core 1.0 §5.5 */
function claimNames(parameter: unknown): string[] {
  if (typeof parameter !== 'string') return []
  const { id_token: idToken, userinfo } = parseJsonObject(parameter)
  return [...namesIn(idToken), ...namesIn(userinfo)]
}

/** Logs somebody in and allows the client everything it asks for. */
export async function allowAll(
  provider: Provider,
  { params, grantId }: Interaction,
  accountId: string,
): Promise<InteractionResults> {
  const clientId = words(params['client_id'])
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant = known?.accountId === accountId ? known : new provider.Grant({ accountId, clientId })
  const scope = words(params['scope'])
  grant.addOIDCScope(scope)
  grant.addOIDCClaims(claimNames(params['claims']))
  for (const resource of [params['resource']].flat()) {
    if (typeof resource === 'string') grant.addResourceScope(resource, scope)
  }
  return { login: { accountId }, consent: { grantId: await grant.save() } }
}
