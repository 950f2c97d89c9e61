import type { Page } from '../../engine/render_page.ts'
import { contentSecurityPolicy, hashSource } from '../../helpers/http/content_security_policy.ts'
import { html, trustedHtml } from '../../helpers/http/html.ts'

/**
 * Answers `<client_id> <session_state>` with `unchanged`, `changed`, or `error`. Only the origin of the page around it
 * may ask (OpenID Connect Session Management 1.0 §3.2); where a browser does not tell which that is, the hash does, for
 * it holds the origin. A cookie that is not there has changed only where the browser would have let it be seen.
 */
const ANSWER = `(() => {
const name = document.currentScript.dataset.cookie + '='
const around = location.ancestorOrigins?.[0] || (document.referrer && new URL(document.referrer).origin)
const ASKED = /^(.+) ([\\w-]{43})\\.([\\w-]+)$/s
const browserState = () => document.cookie.split('; ').find((cookie) => cookie.startsWith(name))?.slice(name.length)
const seesCookies = async () => document.hasStorageAccess !== undefined && document.hasStorageAccess()
const hashOf = async (text) => {
const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
return btoa(String.fromCharCode(...new Uint8Array(hash))).replaceAll('+', '-').replaceAll('/', '_').replace('=', '')
}
const judge = async (question, origin) => {
const [, clientId, hash, salt] = ASKED.exec(question) ?? []
if (clientId === undefined) return 'error'
const state = browserState()
if (state === undefined) return (await seesCookies()) ? 'changed' : 'error'
return (await hashOf([clientId, origin, state, salt].join(' '))) === hash ? 'unchanged' : 'changed'
}
addEventListener('message', async ({ data, origin, source }) => {
if (typeof data !== 'string' || !source || origin === 'null' || (around && around !== origin)) return
source.postMessage(await judge(data, origin).catch(() => 'error'), origin)
})
})()`

/** The frame that applications ask. @see OpenID Connect Session Management 1.0 §3.2 */
export function checkSessionPage(cookieName: string): Page {
  const markup = html`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="robots" content="noindex"><title>Session</title></head>
<body><script data-cookie="${cookieName}">${trustedHtml(ANSWER)}</script></body>
</html>
`
  return {
    html: markup.toString(),
    policy: contentSecurityPolicy({
      scripts: [hashSource(ANSWER)],
      formActions: [],
      // Whoever has a client has a page that frames it.
      frameAncestors: ['*'],
    }),
    frameable: true,
  }
}
