import type { KoaContextWithOIDC } from '../context.ts'
import type { ErrorOut, ProviderError } from '../errors.ts'
import type { BaseToken, Client, Consumable } from '../models.ts'
import type {
  AuthenticationPayload,
  ConsumablePayload,
  GrantBoundPayload,
  SessionBoundPayload,
  TokenPayload,
} from '../payloads.ts'
import type { TTL } from '../ttl.ts'
import type { FeatureOptions } from './feature_options.ts'

/** What is known about the device that asked, shown to the person before they allow it. */
export type DeviceInfo = { [member: string]: unknown }

/**
 * Lets devices without a browser be allowed on another one. @see RFC 8628
 * @example
 * features: {
 *   deviceFlow: {
 *     enabled: true,
 *     mask: '***-***-***',
 *     charset: 'digits',
 *     userCodeInputSource: (ctx, form, out) => {
 *       ctx.body = `<!DOCTYPE html><title>Device</title><p>${out === undefined ? '' : 'That code is not right.'}</p>${form}
 *         <button type="submit" form="op.deviceInputForm">Continue</button>`
 *     },
 *   },
 * }
 */
export interface DeviceFlowOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Characters of user codes: 'base-20' is BCDFGHJKLMNPQRSTVWXZ, 'digits' is 0123456789. @default 'base-20' @see RFC 8628 §6.1
   * @example 'digits'
   */
  charset?: 'base-20' | 'digits' | undefined
  /**
   * Describes the device from its request, for the confirmation page. @default (ctx) => ({ ip: ctx.ip, ua: ctx.get('user-agent') }) @see RFC 8628 §5.4
   * @example (ctx) => ({ ip: ctx.ip, ua: ctx.get('user-agent').slice(0, 200) })
   */
  deviceInfo?: ((ctx: KoaContextWithOIDC) => DeviceInfo) | undefined
  /**
   * Shape of user codes: each `*` becomes a character, `-` and space stay. Enough `*` to make guessing hopeless. @default '****-****' @see RFC 8628 §6.1
   * @example '***-***-***'
   */
  mask?: string | undefined
  /**
   * Shortest wait between two polls, in seconds. A device that polls faster is told to slow down. @default 5 @see RFC 8628 §3.2, §3.5
   * @example 10
   */
  interval?: number | undefined
  /**
   * Wrong user codes that may come from one address (an IPv4 address or an IPv6 /64, counted for all processes in
   * storage) and from one browser within five minutes; after that no code is looked for, and people get 429. 0 bounds
   * nothing, for hosts that do it themselves.
   * @default 10
   * @see RFC 8628 §5.1, docs/guessing.md
   * @example 5
   */
  userCodeAttempts?: number | undefined
  /**
   * Answers with the page that says the device is allowed now. Sets `ctx.body`. @default a plain page @see RFC 8628 §3.3
   * @example
   * (ctx) => {
   *   ctx.body = `<!DOCTYPE html><title>Done</title><p>Go back to ${escapeHtml(ctx.oidc.client?.clientName ?? 'your device')}.</p>`
   * }
   */
  successSource?: ((ctx: KoaContextWithOIDC) => unknown) | undefined
  /**
   * Answers with the page that asks whether this is the person's device. Sets `ctx.body`; `form`
   * (id `op.deviceConfirmForm`) is to be embedded as it is.
   * @default a plain page
   * @see RFC 8628 §3.3, §5.4
   * @example
   * (ctx, form, client, deviceInfo, userCode) => {
   *   ctx.body = `<!DOCTYPE html><title>Device</title><p>Does your device show ${escapeHtml(userCode)}?</p>${form}
   *     <button type="submit" form="op.deviceConfirmForm">Yes</button>`
   * }
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
   * embedded as it is; its label is in the language of `ctx.oidc.language` where `screens.languages` is set, else in the
   * default language. `out` and `err` are there when the page is shown again because of an error; only `out` is
   * fit to be shown.
   * @default a plain page
   * @see RFC 8628 §3.3
   * @example
   * (ctx, form, out) => {
   *   ctx.body = `<!DOCTYPE html><title>Device</title><p>${out === undefined ? '' : 'That code is not right.'}</p>${form}
   *     <button type="submit" form="op.deviceInputForm">Continue</button>`
   * }
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

/** What is stored of a device code. */
export interface DeviceCodePayload
  extends TokenPayload,
    ConsumablePayload,
    GrantBoundPayload,
    SessionBoundPayload,
    AuthenticationPayload {
  /** What the end-user enters, without the separators of the mask. */
  userCode?: string | undefined
  /** What is known of the device. */
  deviceInfo?: Record<string, unknown> | undefined
  /** Somebody has confirmed it, and is logging in or consenting. */
  inFlight?: boolean | undefined
  /** The parameters of the device authorization request. */
  params?: Record<string, unknown> | undefined
  /** How the person ended it. */
  error?: string | undefined
  /** What the device is told about that. */
  errorDescription?: string | undefined
  /** Grant types that led here, separated by spaces. */
  gty?: string | undefined
  /** Counts changes, so that of several at once one counts. */
  version?: number | undefined
}

/** What a device polls with, from the moment it asks until a person answers. @see RFC 8628 §3.2 */
export interface DeviceCode extends BaseToken, DeviceCodePayload, Consumable {
  readonly kind: 'DeviceCode'
  /** Whom it was issued to. */
  clientId?: string | undefined
  /** When it was used up, epoch seconds; `undefined` while it was not. */
  consumed: unknown
}

/** The device authorization response, as it was sent. @see RFC 8628 §3.2 */
export interface DeviceAuthorizationResponse {
  /** What the device polls with. */
  device_code: string
  /** What the person enters. */
  user_code: string
  /** Where they enter it. */
  verification_uri: string
  /** Where they go with the code filled in. */
  verification_uri_complete?: string | undefined
  /** Seconds the codes are valid for. */
  expires_in: number
  /** Seconds between two polls. */
  interval?: number | undefined
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** The page for user codes failed. @see RFC 8628 §3.3 */
    'code_verification.error': [ctx: KoaContextWithOIDC, error: ProviderError]
    /** A device authorization request failed. @see RFC 8628 §3.1 */
    'device_authorization.error': [ctx: KoaContextWithOIDC, error: ProviderError]
    /** A device was given its codes. @see RFC 8628 §3.2 */
    'device_authorization.success': [ctx: KoaContextWithOIDC, response: DeviceAuthorizationResponse]
    /** A device code was exchanged for tokens. @see RFC 8628 §3.4 */
    'device_code.consumed': [code: DeviceCode]
    /** A device code was removed. */
    'device_code.destroyed': [code: DeviceCode]
    /** A device code was stored: when it was made, and again when the person decided. */
    'device_code.saved': [code: DeviceCode]
    /** Returning from an interaction of the device flow failed. @see RFC 8628 §3.3 */
    'device_resume.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  }
}

declare module '../context.ts' {
  interface OIDCContextEntities {
    /** The device code that is made, decided or polled for. */
    DeviceCode?: DeviceCode
  }

  interface OIDCContext {
    /** The device code that is made, decided or polled for. */
    readonly deviceCode: DeviceCode | undefined
  }
}

declare module '../payloads.ts' {
  interface InteractionPayload {
    /** The device code it is about; absent for requests of browsers. */
    deviceCode?: string | undefined
  }
}

declare module '../adapter.ts' {
  interface AdapterPayload {
    deviceInfo?: Record<string, unknown> | undefined
    inFlight?: boolean | undefined
  }
}

declare module '../ttl.ts' {
  interface TTLConfiguration {
    /** Device codes. @default 600 (10 minutes) @see RFC 8628 §3.2 @example 5 * 60 */
    DeviceCode?: TTL<DeviceCode> | undefined
  }
}

declare module '../routes.ts' {
  interface RoutesConfiguration {
    /** @default '/device' @see RFC 8628 §3.3 @example '/activate' */
    code_verification?: string | undefined
    /** @default '/device/auth' @see RFC 8628 §3.1 @example '/device/authorize' */
    device_authorization?: string | undefined
  }
}

declare module '../screens/texts.ts' {
  interface ScreenTexts {
    /** Devices that are allowed on another one. */
    device: DeviceTexts
  }
}

/** Devices that are allowed on another one. */
export interface DeviceTexts {
  /** Heading. */
  title: string
  enter: string
  /** Label of the field. */
  code: string
  noCode: string
  refused: string
  interrupted: string
  tooMany: string
  notConnected: string
  unchecked: string
  /** Heading of the confirmation. */
  confirmTitle: string
  /** `{client}` is the application. */
  asks: string
  warning: string
  /** Of the device. */
  address: string
  /** Of the device. */
  program: string
  /** Heading where it is done. */
  doneTitle: string
  /** `{client}` is the application. */
  done: string
}
