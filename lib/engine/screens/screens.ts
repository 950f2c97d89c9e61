import { acceptedLanguages, wantedLocales } from '../../helpers/languages/accept_language.ts'
import { chooseLanguage } from '../../helpers/languages/choose_language.ts'
import { Appearance, type Look, type OwnTexts } from './appearance.ts'

/** What a host has chosen about its screens. */
export interface ScreenChoices {
  readonly languages: readonly string[]
  readonly defaultLanguage: string
  readonly texts: OwnTexts
  /** Whether the host said which languages it speaks, with pages of its own as well. */
  readonly hasChosenLanguages: boolean
}

/** What the pages of a provider are made with. */
export class Screens {
  readonly #choices: ScreenChoices
  readonly #look: Look

  constructor(choices: ScreenChoices, look: Look) {
    this.#choices = choices
    this.#look = look
  }

  /** The language for a person. @see OpenID Connect Core 1.0 §3.1.2.1 (`ui_locales`), RFC 9110 §12.5.4 */
  languageFor(uiLocales: string | undefined, acceptLanguage: string): string {
    const { languages, defaultLanguage } = this.#choices
    const wanted = [...wantedLocales(uiLocales), ...acceptedLanguages(acceptLanguage)]
    return chooseLanguage(wanted, languages) ?? defaultLanguage
  }

  /** What to make a page with for a person. */
  appearanceFor(uiLocales: string | undefined, acceptLanguage: string): Appearance {
    return this.#in(this.languageFor(uiLocales, acceptLanguage))
  }

  /**
   * What to make a part with that a page of the host's takes in: pages that speak one language only do not get parts in
   * another one.
   */
  forHostPage(appearance: Appearance): Appearance {
    return this.#choices.hasChosenLanguages ? appearance : this.#in(this.#choices.defaultLanguage)
  }

  #in(language: string): Appearance {
    const { texts, defaultLanguage } = this.#choices
    return new Appearance(this.#look, texts, language, defaultLanguage)
  }
}
