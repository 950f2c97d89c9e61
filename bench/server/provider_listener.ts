import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Provider } from '../../lib/index.ts'
import { configuration } from './configuration.ts'
import { openAdapter } from './open_adapter.ts'
import { ACCOUNT, ISSUER, type Setup } from './setup.ts'

/** A provider of the one public interface, ours or one from the registry. */
export async function loadProvider({ entry }: Setup): Promise<typeof Provider> {
  const { default: Implementation } = await import(entry)
  return Implementation
}

/** The end-user logs in and allows everything at the first screen. */
async function answerPrompts(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { params } = await provider.interactionDetails(req, res)
  const grant = new provider.Grant({ accountId: ACCOUNT, clientId: String(params['client_id']) })
  grant.addOIDCScope(String(params['scope']))
  const grantId = await grant.save()
  await provider.interactionFinished(req, res, { login: { accountId: ACCOUNT }, consent: { grantId } })
}

export async function providerListener(
  Implementation: typeof Provider,
  setup: Setup,
): Promise<RequestListener> {
  const provider = new Implementation(ISSUER, configuration(setup, await openAdapter(setup)))
  provider.on('server_error', (_ctx, error) => console.error(error))
  const serve = provider.callback()
  return (req, res) =>
    req.url?.startsWith('/interaction/') ? answerPrompts(provider, req, res) : serve(req, res)
}
