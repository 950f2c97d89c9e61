import type { ClientAuthentication } from '../../engine/runtime.ts'

/** A public client only says who it is; asked last, when there are no credentials. @see RFC 6749 §3.2.1 */
export const none: ClientAuthentication = {
  methods: ['none'],
  identify: (ctx) => ctx.oidc.param('client_id'),
  authenticate() {},
}
