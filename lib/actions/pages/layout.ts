import type { Page } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import {
  contentSecurityPolicy,
  hashSource,
  type PageNeeds,
} from '../../helpers/http/content_security_policy.ts'
import { type Html, html, trustedHtml } from '../../helpers/http/html.ts'

type Sign = 'done' | 'fault'

/** One screen: a title, what stands under it, and what it needs beyond that. */
export interface Screen extends Pick<PageNeeds, 'formActions' | 'frameAncestors' | 'frames' | 'images'> {
  /** Stands in the head. */
  head?: Html | undefined
  /** Shown in the tab and as the heading. */
  title: string
  /** Stands above the heading. */
  logo?: Html | undefined
  /** Drawn above the heading: it is done, or it did not work. */
  sign?: Sign
  body: Html
  /** An inline script; runs because the policy names its hash. */
  script?: string | undefined
  /** For screens with much to read. */
  isWide?: boolean
}

/** The heading says the same in words. */
const SIGNS: Readonly<Record<Sign, Html>> = {
  done: html`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="m7.5 12.5 3 3 6-6.5"/></svg>\n`,
  fault: html`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="M12 7v6m0 3.5v.1"/></svg>\n`,
}

/** Puts a screen into the frame that all pages share. @see Content Security Policy Level 3 */
export function layout({ look, language, direction }: Appearance, screen: Screen): Page {
  const { title, head, logo, sign, body, script, isWide = false, images = [], ...needs } = screen
  const markup = html`<!DOCTYPE html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${head}<title>${title}</title>
<style>${trustedHtml(look.stylesheet)}</style>
</head>
<body>
<main${isWide && html` class="wide"`}>
${look.logo}${logo}${sign !== undefined && SIGNS[sign]}<h1>${title}</h1>
${body}
</main>
${script !== undefined && html`<script>${trustedHtml(script)}</script>\n`}</body>
</html>
`
  const scripts = script === undefined ? [] : [hashSource(script)]
  return {
    html: markup.toString(),
    policy: contentSecurityPolicy({
      styles: [look.styleSource],
      scripts,
      images: [...look.images, ...images],
      ...needs,
    }),
  }
}
