import type { Html } from '../../helpers/http/html.ts'
import { directionOf, truncations } from '../../helpers/languages/language_tag.ts'
import { LANGUAGES, type Texts } from './texts.ts'

/** What all pages of a provider look like. */
export interface Look {
  readonly stylesheet: string
  /** What the policy has to allow for it. */
  readonly styleSource: string
  /** The provider's logo. */
  readonly logo?: Html
  /** Where that is. */
  readonly images: readonly string[]
}

/** Texts of the host's, by language, screen and name. */
export type OwnTexts = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>

/** What a page is made with: how it looks, and in which language it speaks. */
export class Appearance {
  readonly look: Look
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly #own: OwnTexts
  /** Where texts are looked for, the best last. */
  readonly #order: readonly string[]

  /** @param fallback the language of texts that this one lacks */
  constructor(look: Look, own: OwnTexts, language: string, fallback: string) {
    this.look = look
    this.language = language
    this.direction = directionOf(language)
    this.#own = own
    this.#order = ['en', ...truncations(fallback).toReversed(), ...truncations(language).toReversed()]
  }

  /** What stands between two sentences. */
  get space(): string {
    return /^(?:ja|zh)\b/.test(this.language) ? '' : ' '
  }

  /** What these screens say. */
  texts<T extends object>({ screen, in: ours }: Texts<T>): T {
    let found: T = ours.en
    for (const language of this.#order) {
      const known = LANGUAGES.find((name) => name === language)
      found = { ...found, ...(known === undefined ? {} : ours[known]), ...this.#own[language]?.[screen] }
    }
    return found
  }
}
