import type { FeatureOptions } from './feature_options.ts'

/** Login and consent screens for development only: any login and any password is accepted. Turn it off and bring your own. */
export interface DevInteractionsOptions extends FeatureOptions {
  /**
   * Turns the feature on. @default true
   * @example
   * features: { devInteractions: { enabled: false } }
   */
  enabled?: boolean | undefined
}

declare module '../screens/texts.ts' {
  interface ScreenTexts {
    /** The login screen for development. */
    login: LoginTexts
    /** The consent screen for development. */
    consent: ConsentTexts
  }
}

/** The login screen for development. */
export interface LoginTexts {
  note: string
  username: string
  password: string
  /** The username is missing. */
  missing: string
}

/** The consent screen for development. */
export interface ConsentTexts {
  /** `{client}` is the application. */
  asks: string
  /** Heading above what it wants; each of the following has to go with it. */
  wants: string
  openid: string
  openidMore: string
  profile: string
  profileMore: string
  email: string
  address: string
  addressMore: string
  phone: string
  /** Of an email address or a phone number. */
  verifiedMore: string
  offlineAccess: string
  offlineAccessMore: string
  /** `{claim}` is the name of a claim. */
  see: string
  /** `{scope}` is the name of a scope. */
  use: string
  /** The same at an API: `{resource}`. */
  useAt: string
  nothingNew: string
  /** `{host}` is where the answer goes. */
  goOnAt: string
  /** The same for a program on this device. */
  goOnHere: string
  /** `{scheme}` is what an app on this device opens. */
  goOnInApp: string
  /** `{links}` of `{client}`: those of the next two that there are. */
  more: string
  privacyPolicy: string
  termsOfService: string
}
