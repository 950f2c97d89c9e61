import { type Html, type HtmlValue, html } from './html.ts'

const BLANK = /\{(\w+)\}/

/** The names that stand in braces in a text. */
export const blanksOf = (text: string): readonly string[] =>
  [...text.matchAll(new RegExp(BLANK, 'g'))].map(([, name = '']) => name)

/** Puts something into each blank of a text, `{name}`; both are escaped unless they are markup. */
export function fillIn(text: string, parts: Readonly<Record<string, HtmlValue>>): Html {
  // Every second piece is the name of a blank.
  const pieces = text.split(BLANK).map((piece, index) => (index % 2 === 0 ? piece : parts[piece]))
  return html`${pieces}`
}
