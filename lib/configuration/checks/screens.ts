import type { ScreenPalette, ScreensConfiguration } from '../../../types/screens/screens.ts'
import { parseColor } from '../../helpers/colors/color.ts'
import { languageTag, truncations } from '../../helpers/languages/language_tag.ts'
import { nearest } from '../../helpers/nearest.ts'
import { readNames, readObject } from './shapes.ts'

type Members = Readonly<Record<string, unknown>>

/** Texts of the host's, by language, screen and name. */
type GivenTexts = Record<string, Record<string, Record<string, string>>>

/** A logo, as it goes into pages. */
export interface ResolvedLogo {
  readonly src: string
  readonly dark: string | undefined
  readonly alt: string | undefined
}

export interface ResolvedScreens {
  readonly languages: readonly string[]
  readonly defaultLanguage: string
  readonly texts: Readonly<GivenTexts>
  readonly hasChosenLanguages: boolean
  readonly light: ScreenPalette
  readonly dark: ScreenPalette
  readonly logo: ResolvedLogo | undefined
}

/** Screens and their texts in English, which say what can be replaced. */
export type KnownTexts = ReadonlyMap<string, Readonly<Record<string, string>>>

const PALETTE = ['accent', 'onAccent', 'page', 'card', 'text'] as const

/** Reads an object of options, none of which nobody will read. @throws TypeError */
function readMembers(option: string, value: unknown, known: readonly string[]): Members {
  if (value === undefined) return {}
  const members = readObject(option, value)
  for (const name of Object.keys(members)) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${option}.${meant}?`
    throw new TypeError(`${option}.${name} is not known, ${hint}`)
  }
  return members
}

function readLanguage(option: string, value: unknown): string {
  const tag = typeof value === 'string' ? languageTag(value) : undefined
  if (tag === undefined) throw new TypeError(`${option} must be a language tag such as 'de' or 'pt-BR'`)
  return tag
}

/** What stands in braces. */
const blanks = (text: string): readonly string[] =>
  [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)

function readText(option: string, value: unknown, english: string): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw new TypeError(`${option} must be a text that is not empty`)
  const fillable = blanks(english)
  const stray = blanks(value).find((name) => !fillable.includes(name))
  if (stray === undefined) return value
  const known = fillable.length === 0 ? 'nothing is' : `${fillable.map((name) => `{${name}}`).join(', ')} is`
  throw new TypeError(`${option} has {${stray}}, but ${known} filled in`)
}

function readTexts(value: unknown, known: KnownTexts): GivenTexts {
  if (value === undefined) return {}
  const texts: GivenTexts = {}
  for (const [name, screens] of Object.entries(readObject('screens.texts', value))) {
    const language = readLanguage(`screens.texts has '${name}', which`, name)
    const option = `screens.texts.${name}`
    const read: Record<string, Record<string, string>> = {}
    for (const [screen, given] of Object.entries(readMembers(option, screens, [...known.keys()]))) {
      const english = known.get(screen) ?? {}
      const members = readMembers(`${option}.${screen}`, given, Object.keys(english))
      read[screen] = Object.fromEntries(
        Object.entries(members)
          .filter(([, text]) => text !== undefined)
          .map(([key, text]) => [key, readText(`${option}.${screen}.${key}`, text, english[key] ?? '')]),
      )
    }
    texts[language] = read
  }
  return texts
}

/** @param spoken languages that there are texts in */
function readLanguages(value: unknown, spoken: readonly string[]): readonly string[] {
  if (value === undefined) return spoken
  const languages = readNames('screens.languages', value).map((tag) =>
    readLanguage(`screens.languages has '${tag}', which`, tag),
  )
  if (languages.length === 0) throw new TypeError('screens.languages must name at least one language')
  for (const tag of languages) {
    if (!truncations(tag).some((shorter) => spoken.includes(shorter)))
      throw new TypeError(
        `screens.languages has '${tag}', which has no texts: there are ${spoken.join(', ')}; add your own as screens.texts['${tag}']`,
      )
  }
  return [...new Set(languages)]
}

function readDefaultLanguage(value: unknown, languages: readonly string[]): string {
  if (value === undefined) return languages.includes('en') ? 'en' : (languages[0] ?? 'en')
  const tag = readLanguage('screens.defaultLanguage', value)
  if (!languages.includes(tag))
    throw new TypeError(
      `screens.defaultLanguage is '${tag}', but pages are offered in ${languages.join(', ')}`,
    )
  return tag
}

function readPalette(option: string, value: unknown): ScreenPalette {
  const members = readMembers(option, value, PALETTE)
  const palette: ScreenPalette = {}
  for (const name of PALETTE) {
    const color = members[name]
    if (color === undefined) continue
    if (typeof color !== 'string' || parseColor(color) === undefined)
      throw new TypeError(`${option}.${name} must be a colour as #rrggbb or #rgb`)
    palette[name] = color
  }
  return palette
}

const IMAGE_DATA =
  /^data:image\/(?:svg\+xml|png|jpeg|gif|webp|avif)(?:;charset=[a-z0-9-]+)?(?:;base64)?,[!-~]+$/i
const PATH = /^\/(?![/\\])[!-[\]-~]*$/

/** What a policy can allow and a page can show, and nothing that says more than where an image is. */
function readSource(option: string, value: unknown): string {
  if (typeof value === 'string') {
    if (PATH.test(value) || IMAGE_DATA.test(value)) return value
    if (/^https:\/\/[!-~]+$/.test(value) && URL.canParse(value)) return new URL(value).href
  }
  throw new TypeError(
    `${option} must be a URL over https, a path such as '/logo.svg', or a data: URL of an image, without spaces`,
  )
}

function readLogo(value: unknown): ResolvedLogo | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string')
    return { src: readSource('screens.logo', value), dark: undefined, alt: undefined }
  const { src, dark, alt } = readMembers('screens.logo', value, ['src', 'dark', 'alt'])
  if (alt !== undefined && typeof alt !== 'string') throw new TypeError('screens.logo.alt must be a text')
  return {
    src: readSource('screens.logo.src', src),
    dark: dark === undefined ? undefined : readSource('screens.logo.dark', dark),
    alt,
  }
}

const MEMBERS = ['languages', 'defaultLanguage', 'texts', 'colors', 'logo']

/**
 * @param given what the host wrote
 * @param builtIn languages that everything is there in
 * @param known what can be replaced
 * @throws TypeError that names the option and says what to do
 */
export function readScreens(
  given: ScreensConfiguration | undefined,
  builtIn: readonly string[],
  known: KnownTexts,
): ResolvedScreens {
  const members = readMembers('screens', given, MEMBERS)
  const texts = readTexts(members['texts'], known)
  const languages = readLanguages(members['languages'], [...new Set([...builtIn, ...Object.keys(texts)])])
  const { light, dark } = readMembers('screens.colors', members['colors'], ['light', 'dark'])
  return {
    languages,
    defaultLanguage: readDefaultLanguage(members['defaultLanguage'], languages),
    texts,
    hasChosenLanguages: members['languages'] !== undefined,
    light: readPalette('screens.colors.light', light),
    dark: readPalette('screens.colors.dark', dark),
    logo: readLogo(members['logo']),
  }
}
