/** The texts of all screens. */
export interface ScreenTexts {
  /** What several screens say. */
  common: CommonTexts
  /** Errors that cannot be told to the application. */
  error: ErrorTexts
}

/** What several screens say. */
export interface CommonTexts {
  /** Button that goes on. */
  continue: string
  /** Button that does not. */
  cancel: string
  /** Heading while the browser goes on by itself. */
  oneMoment: string
  /** Where it does not. */
  nothingHappens: string
  closePage: string
  closeWindow: string
  /** Heading and button. */
  signIn: string
  /** `{client}` is the application. */
  signInFor: string
  /** Heading of the consent. */
  allowAccess: string
  /** `{account}` is who allows it. */
  signedInAs: string
  /** Link to sign in as somebody else. */
  notYou: string
  /** Heading of the page at the provider's own address. */
  service: string
  /** `{issuer}` is the provider. */
  serviceFor: string
  /** Link to the discovery document. */
  forDevelopers: string
}

/** Errors that cannot be told to the application. What is said to developers stays in English. */
export interface ErrorTexts {
  /** Heading. */
  title: string
  /** The application sent what cannot be answered. */
  byApplication: string
  accessDenied: string
  expired: string
  loginRequired: string
  ourMistake: string
  unavailable: string
  /** Heading where an interaction has expired. */
  lost: string
  lostBecause: string
  /** The host's screens answered with nothing that helps. */
  unresolved: string
  goBack: string
  /** `{client}` is the application. */
  backTo: string
  details: string
  error: string
  description: string
  /** Heading where there is no page. */
  notFound: string
  /** `{path}` is what was asked for. */
  nothingAt: string
}
