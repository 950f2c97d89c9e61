import { resolve } from 'node:path'
import { defineConfig } from 'vitepress'
import { LinkedFiles } from './linked_files.ts'
import { missingIn, sidebarOf } from './sidebar.ts'

const root = resolve(import.meta.dirname, '../..')
const base = process.env['DOCS_BASE'] ?? '/'
const linkedFiles = new LinkedFiles(root, base)
const sidebar = sidebarOf(root)

/** Headings are linked to as they are in the repository. */
const slugify = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-')

/** The pages of docs/ as a site: `npm run docs:site` writes it to site/dist. Nothing in it comes from elsewhere. */
export default defineConfig({
  title: 'openid-provider',
  description: 'OpenID Connect provider and OAuth 2.0 authorization server to embed in a Node.js application',
  lang: 'en',
  base,
  srcDir: '..',
  srcExclude: ['{bench,coverage,dist,example,lib,scripts,site,test,types}/**'],
  outDir: './dist',
  rewrites: (file) => file.replace(/(^|\/)README\.md$/, '$1index.md'),
  // Programs of guides run there.
  ignoreDeadLinks: 'localhostLinks',
  markdown: {
    // Titles of tests have addresses of attackers in them.
    linkify: false,
    anchor: { slugify },
    config: (markdown) => linkedFiles.rewriteLinks(markdown),
  },
  vite: { configFile: false, logLevel: 'warn', build: { chunkSizeWarningLimit: 4096 } },
  buildEnd({ outDir, pages }) {
    const missing = missingIn(sidebar, pages)
    if (missing.length > 0) throw new Error(`docs/README.md has no row for ${missing.join(', ')}`)
    linkedFiles.copyTo(outDir)
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Start', link: '/docs/guides/first_provider' },
      { text: 'Options', link: '/docs/configuration' },
      { text: 'All pages', link: '/docs/' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
    sidebar,
    outline: { level: [2, 3] },
    docFooter: { prev: false, next: false },
  },
})
