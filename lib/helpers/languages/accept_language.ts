/** As many as somebody can want; a header may hold thousands. */
const MOST = 30

/** Languages that a browser wants, the most wanted first. @see RFC 9110 §12.5.4 */
export function acceptedLanguages(header: string): readonly string[] {
  return header
    .split(',', MOST)
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((word) => word.trim())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
      return { tag, weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ tag, weight }) => tag !== '' && weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag)
}

/** Languages that an application wants for the person, the most wanted first. @see OpenID Connect Core 1.0 §3.1.2.1 (`ui_locales`) */
export const wantedLocales = (uiLocales: string | undefined): readonly string[] =>
  uiLocales?.split(' ', MOST).filter((tag) => tag !== '') ?? []
