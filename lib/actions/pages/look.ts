import type { ResolvedLogo, ResolvedScreens } from '../../configuration/checks/screens.ts'
import type { Look } from '../../engine/screens/appearance.ts'
import { hashSource, sourceOf } from '../../helpers/http/content_security_policy.ts'
import { type Html, html } from '../../helpers/http/html.ts'
import { baseColors, customProperties, hardToRead } from './palette.ts'
import { stylesheet } from './stylesheet.ts'

/** A path is on the host that the page came from. */
const imageSource = (src: string): string => (src.startsWith('/') ? "'self'" : sourceOf(src))

function logoMarkup({ src, dark, alt }: ResolvedLogo, issuer: string): Html {
  const image = html`<img src="${src}" alt="${alt ?? new URL(issuer).host}" referrerpolicy="no-referrer">`
  if (dark === undefined) return html`<p class="brand">${image}</p>\n`
  return html`<p class="brand"><picture><source media="(prefers-color-scheme: dark)" srcset="${dark}">${image}</picture></p>\n`
}

/** Makes what all pages look like, once. @param notify is told of colours that are hard to read */
export function makeLook(
  { light, dark, logo }: ResolvedScreens,
  issuer: string,
  notify: (notice: string) => void,
): Look {
  const colors = baseColors({ light, dark })
  const notices = [
    ...hardToRead('screens.colors.light', colors.light),
    ...hardToRead('screens.colors.dark', colors.dark),
  ]
  for (const notice of notices) notify(notice)
  const sheet = stylesheet(customProperties(colors.light), customProperties(colors.dark))
  return {
    stylesheet: sheet,
    styleSource: hashSource(sheet),
    images: logo === undefined ? [] : [logo.src, logo.dark ?? logo.src].map(imageSource),
    ...(logo !== undefined && { logo: logoMarkup(logo, issuer) }),
  }
}
