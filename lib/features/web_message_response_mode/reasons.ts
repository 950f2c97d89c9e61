import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Answers by web message. */
export const WEB_MESSAGE = defineReasons('web_message', {
  no_origin: {
    section: 'OAuth 2.0 Web Message Response Mode',
    when: 'The `redirect_uri` has no origin that a message could be sent to.',
    remedy: 'Use https, or another `response_mode`.',
  },
  relay_unsupported: {
    section: 'OAuth 2.0 Web Message Response Mode',
    when: 'The relay mode was asked for, which there is not.',
    remedy: 'Leave `web_message_uri` and `web_message_target` out.',
  },
})
