import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Devices without a browser. */
export const DEVICE = defineReasons('device', {
  aborted: {
    section: 'RFC 8628 §3.3',
    when: 'The person cancelled.',
    remedy: 'Nothing; the person may enter the code again.',
  },
  client_not_allowed: {
    section: 'RFC 8628 §3.1',
    when: 'The client of the code must not use this grant type any more.',
    remedy: 'Add it to `grant_types` of the client.',
  },
  code_missing: {
    section: 'RFC 8628 §3.3',
    when: 'Nothing was entered.',
    remedy: 'The person enters the code that the device shows.',
  },
  code_not_found: {
    section: 'RFC 6749 §5.2',
    when: 'No device code of this value is stored.',
    remedy: 'The device starts again.',
  },
  form_expired: {
    section: 'RFC 8628 §3.3',
    when: 'The form is not the one that was shown last in this browser.',
    remedy: 'The person starts again; another tab may have gone on.',
  },
  not_entered_here: {
    section: 'RFC 8628 §5.4',
    when: 'A code is to be confirmed that was not entered in this browser.',
    remedy: 'The person enters it.',
  },
  not_of_device: {
    section: 'RFC 8628 §3.3',
    when: 'The interaction was not started by a device.',
    remedy: 'Look at what `interactions.url` leads to.',
  },
  too_many_attempts: {
    section: 'RFC 8628 §5.1',
    when: 'Too many wrong codes came from this address.',
    remedy: 'See [guessing](../guessing.md). Behind a proxy set `provider.proxy`.',
  },
  user_code_expired: {
    section: 'RFC 8628 §3.3',
    when: 'The code is older than `ttl.DeviceCode`.',
    remedy: 'The device shows a new one.',
  },
  user_code_not_found: {
    section: 'RFC 8628 §3.3',
    when: 'There is no such code.',
    remedy: 'The person looks again at what the device shows.',
  },
  user_code_used: {
    section: 'RFC 8628 §3.3',
    when: 'The code was confirmed, allowed or refused before.',
    remedy: 'The device shows a new one.',
  },
})
