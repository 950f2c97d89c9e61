import type { Action } from './define_action.ts'
import { defineAction } from './define_action.ts'

/** How long a browser may remember the answer, in seconds. */
const MAX_AGE = '3600'
/** Longest list of header names that is repeated, in characters. */
const MAX_HEADERS = 1024

/** Answers the preflight of an endpoint that other origins may use. @see Fetch standard, CORS-preflight fetch */
export function preflightFor(action: Action): Action {
  return defineAction({
    name: `cors.${action.name}`,
    methods: ['OPTIONS'],
    path: action.path,
    wraps: [],
    steps: [
      function answerPreflight(ctx) {
        ctx.status = 204
        const origin = ctx.get('origin')
        if (origin === '' || ctx.get('access-control-request-method') === '') return
        if (Object.keys(ctx.response.headers).some((name) => name.startsWith('access-control-'))) return
        ctx.vary('Origin')
        ctx.set('access-control-allow-origin', action.cors === 'open' ? '*' : origin)
        ctx.set('access-control-allow-methods', action.methods.join(', '))
        ctx.set('access-control-max-age', MAX_AGE)
        const headers = ctx.get('access-control-request-headers')
        if (headers !== '' && headers.length <= MAX_HEADERS) ctx.set('access-control-allow-headers', headers)
      },
    ],
  })
}
