import { copyFileSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'

const ELSEWHERE = /^(?:[a-z]+:|#|\/)/
const PAGE = /\.md(?:#|$)/

/** Files that pages link to and that are no pages, such as examples: they go along as text, so that nothing leads nowhere. */
export class LinkedFiles {
  readonly #root: string
  readonly #base: string
  readonly #files = new Set<string>()

  /** @param base what the addresses of the site begin with */
  constructor(root: string, base: string) {
    this.#root = root
    this.#base = base
  }

  /** Has links of a page lead to where files and pages of the site are. */
  rewriteLinks(markdown: MarkdownRenderer): void {
    const render = markdown.renderer.rules['link_open']
    if (render === undefined) throw new TypeError('links are rendered by VitePress')
    markdown.renderer.rules['link_open'] = (tokens, index, options, env, self) => {
      const token = tokens[index]
      const href = token?.attrGet('href')
      if (!href || ELSEWHERE.test(href)) return render(tokens, index, options, env, self)
      if (PAGE.test(href)) {
        token?.attrSet('href', href.replace(/(^|\/)README\.md/, '$1index.md'))
        return render(tokens, index, options, env, self)
      }
      token?.attrSet('href', this.#take(decodeURI(href), env.path))
      token?.attrSet('target', '_blank')
      return self.renderToken(tokens, index, options)
    }
  }

  /** @returns its address */
  #take(href: string, page: string): string {
    const file = relative(this.#root, join(dirname(page), href))
    if (statSync(join(this.#root, file), { throwIfNoEntry: false })?.isFile() !== true)
      throw new Error(`${relative(this.#root, page)} links to what is no file: ${href}`)
    this.#files.add(file)
    return `${this.#base}${file}.txt`
  }

  /** @param folder of the built site */
  copyTo(folder: string): void {
    for (const file of this.#files) {
      const copy = join(folder, `${file}.txt`)
      mkdirSync(dirname(copy), { recursive: true })
      copyFileSync(join(this.#root, file), copy)
    }
  }
}
