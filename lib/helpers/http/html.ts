/** Markup that is safe to send. Only `html` and `trustedHtml` make it; no string has this type. */
class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  static is(value: unknown): value is Markup {
    return typeof value === 'object' && value !== null && #text in value
  }

  toString(): string {
    return this.#text
  }
}
export type Html = Markup

/** What may stand in a template: text is escaped, markup passes, absent values leave nothing. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  // A parser turns a bare carriage return into a line feed; a form has to give back what it was given.
  '\r': '&#13;',
}
const SPECIAL = /[&<>"'`\r]/g

/** Makes text harmless between tags and in quoted attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? '')
}

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return ''
  if (Markup.is(value)) return value.toString()
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value))
  if (Array.isArray(value)) return value.map(render).join('')
  throw new TypeError('a template takes text, numbers and markup')
}

/** Writes markup; everything that is put into it is escaped unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Markup(parts.reduce((text, part, index) => text + render(values[index - 1]) + part))
}

/** Takes text for markup as it is. For constants and for markup that we made ourselves, never for input. */
export function trustedHtml(markup: string): Html {
  return new Markup(markup)
}
