import type { ScreenTexts } from './texts.ts'

/** What the provider's own pages look like and say: login and consent for development, devices, logout, errors. */
export interface ScreensConfiguration {
  /**
   * Languages that pages are offered in, as BCP 47 tags. A page is in the one that fits best: of `ui_locales`, then of
   * the browser's `Accept-Language`. A region such as `de-AT` has the texts of `de` where it has none of its own.
   * @default ['ar', 'de', 'en', 'es', 'fr', 'ja'], and those of `texts`
   * @see RFC 4647 §3.4, OpenID Connect Core 1.0 §3.1.2.1 (`ui_locales`)
   * @example
   * screens: { languages: ['de', 'fr', 'en'] }
   */
  languages?: string[] | undefined
  /**
   * Where none of the languages fits. @default English, or the first of `languages` where that lacks it
   * @example
   * screens: { defaultLanguage: 'fr' }
   */
  defaultLanguage?: string | undefined
  /**
   * Texts in place of ours, by language and screen: some, or those of a language of your own. Markup in them is shown as
   * it is written; words in braces are filled in. What a language lacks is shown in the default language.
   * @default ours
   * @see docs/reference/texts.md
   * @example
   * screens: { texts: { en: { logout: { question: 'Leave {host}?', yes: 'Leave' } } } }
   */
  texts?: { [language: string]: ScreenTranslation } | undefined
  /** Colours, for light and for dark surroundings. */
  colors?: ScreenColors | undefined
  /**
   * Your logo, above every heading: a URL over https, a path of your own, or a `data:` URL of an image. In an object with
   * another one for the dark.
   * @default none
   * @see Content Security Policy Level 3 §6.1.7 (`img-src`)
   * @example
   * screens: { logo: { src: '/logo.svg', dark: '/logo_white.svg', alt: 'Example Inc.' } }
   */
  logo?: string | ScreenLogo | undefined
}

/** Colours of the pages; what the person's device prefers decides which are used. */
export interface ScreenColors {
  /** In light surroundings. @default a quiet blue on white */
  light?: ScreenPalette | undefined
  /** In dark surroundings. @default the `accent` of `light`, on dark grey */
  dark?: ScreenPalette | undefined
}

/** Colours as `#rgb` or `#rrggbb`. Shades of text, lines and links follow from them, dark or light enough to be read. */
export interface ScreenPalette {
  /**
   * Buttons, and in a shade that can be read links and the ring around what has the focus. @default '#1d5bb8'; in the dark that of `light`, or '#8db8fb'
   * @example
   * screens: { colors: { light: { accent: '#0f766e' }, dark: { accent: '#5eead4' } } }
   */
  accent?: string | undefined
  /**
   * Text on buttons. @default black or white, whichever is easier to read on `accent` @see WCAG 2.2 §1.4.3
   * @example
   * screens: { colors: { light: { accent: '#0f766e', onAccent: '#ffffff' } } }
   */
  onAccent?: string | undefined
  /**
   * Behind the card. @default '#f3f4f6', in the dark '#10141a'
   * @example
   * screens: { colors: { light: { page: '#f0fdfa' }, dark: { page: '#000000' } } }
   */
  page?: string | undefined
  /**
   * The card that everything stands on. @default '#ffffff', in the dark '#1a2028'
   * @example
   * screens: { colors: { dark: { card: '#111111', text: '#eeeeee' } } }
   */
  card?: string | undefined
  /**
   * Text on the card. @default '#1a2230', in the dark '#e9edf3'
   * @example
   * screens: { colors: { light: { text: '#3d2314' } } }
   */
  text?: string | undefined
}

/** The logo of whoever runs the provider. */
export interface ScreenLogo {
  /** Where it is: https, a path, or a `data:` URL. */
  src: string
  /** Where the one for dark surroundings is. @default `src` */
  dark?: string | undefined
  /** What it says, for who does not see it. @default the host of the issuer */
  alt?: string | undefined
}

/** Some texts of one language, by screen. */
export type ScreenTranslation = { [Screen in keyof ScreenTexts]?: Partial<ScreenTexts[Screen]> | undefined }
