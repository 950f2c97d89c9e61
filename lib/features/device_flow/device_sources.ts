import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { ErrorOut } from '../../../types/errors.ts'
import type { DeviceInfo } from '../../../types/features/device_flow.ts'
import type { Client } from '../../../types/models.ts'
import { appearanceOf } from '../../actions/pages/appearance_of.ts'
import { renderPage } from '../../engine/render_page.ts'
import { deviceConfirmPage, deviceInputPage, deviceSuccessPage } from './device_pages.ts'

/** The page that asks for a code, where the host has none. */
export function userCodeInputSource(
  ctx: KoaContextWithOIDC,
  form: string,
  _out?: ErrorOut,
  error?: Error & { userCode?: string | undefined; status?: unknown },
): void {
  renderPage(ctx, deviceInputPage(appearanceOf(ctx), { form, error }))
}

/** The page that asks whether the device is the person's own, where the host has none. */
export function userCodeConfirmSource(
  ctx: KoaContextWithOIDC,
  form: string,
  client: Client,
  deviceInfo: DeviceInfo,
  userCode: string,
): void {
  renderPage(ctx, deviceConfirmPage(appearanceOf(ctx), { form, client, deviceInfo, userCode }))
}

/** The page that says that it is done, where the host has none. */
export function successSource(ctx: KoaContextWithOIDC): void {
  const { client } = ctx.oidc
  if (client === undefined) throw new Error('no step before this one loads the client')
  renderPage(ctx, deviceSuccessPage(appearanceOf(ctx), client))
}
