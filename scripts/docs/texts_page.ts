/** The page about the texts of screens: each with its name and what it says. */
import { LANGUAGES, type Texts } from '../../lib/engine/screens/texts.ts'
import type { Declaration } from './declarations.ts'
import { heading } from './markdown.ts'

const GENERATED = '<!-- Generated from the texts of the screens by `npm run docs`. Do not edit. -->'

const INTRODUCTION = `What the provider's own pages say. The option [screens.texts](../configuration.md#screenstexts) replaces any of them in any
language, and adds languages; [screens in your look and language](../guides/screens.md#the-providers-own-pages) shows how. Words in
braces are filled in when a page is made; a text may leave them out, or have them elsewhere.`

/** A table cell that is shown as it is written. */
const cell = (text: string) => text.replaceAll('|', '\\|')

function section({ screen, in: texts }: Texts<object>, comments: ReadonlyMap<string, string>): string[] {
  const columns = LANGUAGES.map((language) => new Map<string, unknown>(Object.entries(texts[language])))
  const rows = Object.keys(texts.en).map((name) => {
    const said = columns.map((column) => cell(String(column.get(name))))
    return `| \`${name}\` | ${cell(comments.get(name) ?? '')} | ${said.join(' | ')} |`
  })
  const head = ['', '', ...LANGUAGES]
  return [
    heading(2, screen),
    [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows].join('\n'),
  ]
}

/** @param types the interfaces of the texts, by screen */
export function textsPage(
  texts: readonly Texts<object>[],
  types: (screen: string) => Declaration | undefined,
): string {
  const sections = texts.flatMap((one) => {
    const members = types(one.screen)?.members ?? []
    return section(one, new Map(members.map(({ name, comment }) => [name, comment.text])))
  })
  return `${[heading(1, 'Texts of the screens'), GENERATED, INTRODUCTION, ...sections].join('\n\n')}\n`
}
