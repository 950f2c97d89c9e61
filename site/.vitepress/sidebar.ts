import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DefaultTheme } from 'vitepress'

const INDEX = 'docs/README.md'
const GROUP = /^## (.+)$/
/** A row of a table that says in its first cell where it leads. */
const ROW = /^\| \[([^\]]+)\]\(([^)#]+)\) \|/

/**
 * The groups and rows of the index of the documentation: there is one list of all pages.
 * @param root of the project
 */
export function sidebarOf(root: string): DefaultTheme.SidebarItem[] {
  const groups: { text: string; collapsed: boolean; items: DefaultTheme.SidebarItem[] }[] = []
  for (const line of readFileSync(join(root, INDEX), 'utf8').split('\n')) {
    const [, group] = GROUP.exec(line) ?? []
    if (group !== undefined) groups.push({ text: group, collapsed: false, items: [] })
    const [, text, target] = ROW.exec(line) ?? []
    if (text !== undefined && target !== undefined)
      groups.at(-1)?.items.push({
        text: text.replaceAll('`', ''),
        link: `/${join(dirname(INDEX), target).replace(/\.md$/, '')}`,
      })
  }
  return groups
}

/** @returns pages that nobody finds who reads from the top; the index itself is none */
export function missingIn(sidebar: readonly DefaultTheme.SidebarItem[], pages: readonly string[]): string[] {
  const listed = new Set(sidebar.flatMap(({ items = [] }) => items.map(({ link }) => link)))
  return pages.filter(
    (page) => !/(^|\/)README\.md$/.test(page) && !listed.has(`/${page.replace(/\.md$/, '')}`),
  )
}
