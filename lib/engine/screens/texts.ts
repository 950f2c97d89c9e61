import type { ScreenTexts } from '../../../types/screens/texts.ts'

/** Languages that all texts are there in. */
export const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'ja'] as const
export type Language = (typeof LANGUAGES)[number]

/** The texts of one screen, or of some that belong together, in every language. */
export interface Texts<T extends object> {
  /** What hosts call it. */
  readonly screen: string
  readonly in: Readonly<Record<Language, T>>
}

/** Texts that hosts can replace: the types say which there are. */
export const defineTexts = <Screen extends keyof ScreenTexts>(
  screen: Screen,
  texts: Readonly<Record<Language, ScreenTexts[Screen]>>,
): Texts<ScreenTexts[Screen]> => ({ screen, in: texts })
