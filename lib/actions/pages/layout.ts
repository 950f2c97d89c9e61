import type { Page } from '../../engine/render_page.ts'
import {
  contentSecurityPolicy,
  hashSource,
  type PageNeeds,
} from '../../helpers/http/content_security_policy.ts'
import { type Html, html, trustedHtml } from '../../helpers/http/html.ts'
import { STYLESHEET } from './stylesheet.ts'

/** One screen: a title, what stands under it, and what it needs beyond that. */
export interface Screen extends Pick<PageNeeds, 'formActions' | 'frameAncestors' | 'frames' | 'images'> {
  /** Stands in the head. */
  head?: Html | undefined
  /** Shown in the tab and as the heading. */
  title: string
  /** Stands above the heading. */
  logo?: Html | undefined
  body: Html
  /** An inline script; runs because the policy names its hash. */
  script?: string | undefined
  /** For screens with much to read. */
  isWide?: boolean
}

const STYLE_SOURCE = hashSource(STYLESHEET)

/** Puts a screen into the frame that all pages share. @see Content Security Policy Level 3 */
export function layout({ title, head, logo, body, script, isWide = false, ...needs }: Screen): Page {
  const markup = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${head}<title>${title}</title>
<style>${trustedHtml(STYLESHEET)}</style>
</head>
<body>
<main${isWide && html` class="wide"`}>
${logo}<h1>${title}</h1>
${body}
</main>
${script !== undefined && html`<script>${trustedHtml(script)}</script>\n`}</body>
</html>
`
  const scripts = script === undefined ? [] : [hashSource(script)]
  return {
    html: markup.toString(),
    policy: contentSecurityPolicy({ styles: [STYLE_SOURCE], scripts, ...needs }),
  }
}
