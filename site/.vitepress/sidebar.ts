import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DefaultTheme } from 'vitepress'

const INDEX = 'docs/README.md'
const GROUP = /^## (.+)$/
/** A row of a table that says in its first cell where it leads. */
const ROW = /^\| \[([^\]]+)\]\(([^)#]+)\) \|/

/** The address of a page, from the path of its file. */
const addressOf = (file: string): string => `/${file.replace(/(^|\/)README\.md$/, '$1').replace(/\.md$/, '')}`

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
        link: addressOf(join(dirname(INDEX), target)),
      })
  }
  return groups
}

/** @returns pages that nobody finds who reads from the top; a page that is listed lists those of its own folder */
export function missingIn(sidebar: readonly DefaultTheme.SidebarItem[], pages: readonly string[]): string[] {
  const listed = new Set(sidebar.flatMap(({ items = [] }) => items.map(({ link }) => link)))
  const isListed = (page: string) =>
    listed.has(addressOf(page)) || listed.has(addressOf(`${dirname(page)}/README.md`))
  return pages.filter((page) => !['README.md', INDEX].includes(page) && !isListed(page))
}
