import type { ScreensConfiguration } from '../../../types/screens/screens.ts'
import { type KnownTexts, type ResolvedScreens, readScreens } from '../../configuration/checks/screens.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { Screens } from '../../engine/screens/screens.ts'
import { LANGUAGES, type Texts } from '../../engine/screens/texts.ts'
import { makeLook } from './look.ts'
import { commonTexts } from './texts/common_texts.ts'
import { errorTexts } from './texts/error_texts.ts'

/** The texts of the core's own pages. */
export const PAGE_TEXTS: readonly Texts<object>[] = [commonTexts, errorTexts]

function englishTexts(texts: readonly Texts<object>[]): KnownTexts {
  return new Map(texts.map(({ screen, in: { en } }) => [screen, Object.fromEntries(Object.entries(en))]))
}

/** Who hears of what a host should know about its screens. */
interface Told {
  issuer: string
  /** Texts that can be replaced, besides those of the core's own pages. */
  texts: readonly Texts<object>[]
  notify(notice: string): void
}

/** As many as a notice names. */
const NAMED = 10

const isOurs = (language: string): boolean =>
  LANGUAGES.some((tag) => language === tag || language.startsWith(`${tag}-`))

/** Says which texts a language of the host's lacks. */
function* lackingTexts({ texts, defaultLanguage }: ResolvedScreens, known: KnownTexts): Generator<string> {
  for (const [language, own] of Object.entries(texts)) {
    if (isOurs(language)) continue
    const missing = [...known].flatMap(([screen, english]) =>
      Object.keys(english)
        .filter((name) => own[screen]?.[name] === undefined)
        .map((name) => `${screen}.${name}`),
    )
    if (missing.length === 0) continue
    const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ''
    yield `NOTICE: screens.texts['${language}'] lacks ${missing.slice(0, NAMED).join(', ')}${more}: shown in ${defaultLanguage}`
  }
}

/** Makes what the pages of a provider are made with. @throws TypeError that names the option */
export function makeScreens(
  given: ScreensConfiguration | undefined,
  { issuer, texts, notify }: Told,
): Screens {
  const known = englishTexts([...PAGE_TEXTS, ...texts])
  const resolved = readScreens(given, LANGUAGES, known)
  for (const notice of lackingTexts(resolved, known)) notify(notice)
  return new Screens(resolved, makeLook(resolved, issuer, notify))
}

/** As pages look and speak where nobody has chosen anything: for those that are in English only. */
export function plainAppearance(): Appearance {
  const told = { issuer: 'https://op.example.com', texts: [], notify: () => undefined }
  return makeScreens(undefined, told).appearanceFor('en', '')
}
