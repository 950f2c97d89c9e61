import type { KoaContextWithOIDC } from '../context.ts'
import type { ErrorOut } from '../errors.ts'
import type { Client } from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'

/** What is known about the device that asked, shown to the person before they allow it. */
export type DeviceInfo = { [member: string]: unknown }

/** Lets devices without a browser be allowed on another one. @see RFC 8628 */
export interface DeviceFlowOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /** Characters of user codes: 'base-20' is BCDFGHJKLMNPQRSTVWXZ, 'digits' is 0123456789. @default 'base-20' @see RFC 8628 §6.1 */
  charset?: 'base-20' | 'digits' | undefined
  /** Describes the device from its request, for the confirmation page. @default (ctx) => ({ ip: ctx.ip, ua: ctx.get('user-agent') }) @see RFC 8628 §5.4 */
  deviceInfo?: ((ctx: KoaContextWithOIDC) => DeviceInfo) | undefined
  /** Shape of user codes: each `*` becomes a character, `-` and space stay. Enough `*` to make guessing hopeless. @default '****-****' @see RFC 8628 §6.1 */
  mask?: string | undefined
  /** Shortest wait between two polls, in seconds. A device that polls faster is told to slow down. @default 5 @see RFC 8628 §3.2, §3.5 */
  interval?: number | undefined
  /**
   * Wrong user codes that may come from one address (an IPv4 address or an IPv6 /64, counted for all processes in
   * storage) and from one browser within five minutes; after that no code is looked for, and people get 429. 0 bounds
   * nothing, for hosts that do it themselves.
   * @default 10
   * @see RFC 8628 §5.1, docs/guessing.md
   */
  userCodeAttempts?: number | undefined
  /** Answers with the page that says the device is allowed now. Sets `ctx.body`. @default a plain page @see RFC 8628 §3.3 */
  successSource?: ((ctx: KoaContextWithOIDC) => unknown) | undefined
  /**
   * Answers with the page that asks whether this is the person's device. Sets `ctx.body`; `form`
   * (id `op.deviceConfirmForm`) is to be embedded as it is.
   * @default a plain page
   * @see RFC 8628 §3.3, §5.4
   */
  userCodeConfirmSource?:
    | ((
        ctx: KoaContextWithOIDC,
        form: string,
        client: Client,
        deviceInfo: DeviceInfo,
        userCode: string,
      ) => unknown)
    | undefined
  /**
   * Answers with the page that asks for the user code. Sets `ctx.body`; `form` (id `op.deviceInputForm`) is to be
   * embedded as it is. `out` and `err` are there when the page is shown again because of an error; only `out` is
   * fit to be shown.
   * @default a plain page
   * @see RFC 8628 §3.3
   */
  userCodeInputSource?:
    | ((
        ctx: KoaContextWithOIDC,
        form: string,
        out?: ErrorOut,
        err?: Error & { userCode?: string | undefined },
      ) => unknown)
    | undefined
}
