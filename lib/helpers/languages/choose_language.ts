import { languageAndScript, languageTag, truncations } from './language_tag.ts'

/** The best of what is offered for one wish: the same, one that says less, or one of the same language and script. */
function lookUp(wanted: string, offered: readonly string[]): string | undefined {
  const tag = languageTag(wanted)
  if (tag === undefined) return undefined
  for (const shorter of truncations(tag)) {
    if (offered.includes(shorter)) return shorter
  }
  return offered.find((other) => languageAndScript(other) === languageAndScript(tag))
}

/**
 * @param wanted the most wanted first; whatever is no language is passed over
 * @param offered tags as `languageTag` writes them
 * @returns `undefined` where none fits
 * @see RFC 4647 §3.4
 */
export function chooseLanguage(wanted: Iterable<string>, offered: readonly string[]): string | undefined {
  for (const one of wanted) {
    const found = lookUp(one, offered)
    if (found !== undefined) return found
  }
  return undefined
}
