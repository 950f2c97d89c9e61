import { pageErrors } from '../../actions/pages/page_errors.ts'
import { type Action, defineAction } from '../../engine/define_action.ts'
import { renderPage } from '../../engine/render_page.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { checkSessionPage } from './check_session_page.ts'
import { CHECK_SESSION } from './reasons.ts'

/** Nobody sees anything there: whoever opens it as a page is told so. @see Fetch Metadata Request Headers §2.1 */
const refuseOutsideOfFrames: Step = (ctx) => {
  ctx.vary('Sec-Fetch-Dest')
  if (ctx.get('sec-fetch-dest') === 'document')
    throw new InvalidRequest('this page is for frames of applications, which ask it by messages').because(
      CHECK_SESSION.not_framed,
    )
}

/** What applications frame and ask. @see OpenID Connect Session Management 1.0 §3.2 */
export function checkSession(cookieName: string): Action {
  const page = checkSessionPage(cookieName)
  return defineAction({
    name: 'check_session',
    methods: ['GET'],
    path: 'check_session',
    safe: true,
    wraps: [pageErrors('check_session.error')],
    steps: [
      refuseOutsideOfFrames,
      function answerFrame(ctx) {
        renderPage(ctx, page)
      },
    ],
  })
}
