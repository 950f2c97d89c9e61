/** The page about every type that can be imported: what it is, and where it is told in full. */
import type { Declaration } from './declarations.ts'
import { codeBlock, describe, GENERATED, heading } from './markdown.ts'

const INTRODUCTION = `Everything that \`import type { … } from 'openid-provider'\` finds. What has a page of its own is linked.`

/** @param elsewhere where a type is told in full, by its name */
export function typesPage(
  declarations: readonly Declaration[],
  elsewhere: ReadonlyMap<string, string>,
): string {
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]))
  const sections = [...byName.values()]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((declaration) => {
      const { name, comment, code } = declaration
      if (comment.text === '') throw new Error(`the type ${name} has no comment`)
      const page = elsewhere.get(name)
      const rest = page === undefined ? codeBlock(code) : `In full: [${page}](${page})`
      return [heading(2, name), describe(comment), rest].join('\n\n')
    })
  return `${[heading(1, 'Types'), GENERATED, INTRODUCTION, ...sections].join('\n\n')}\n`
}
