import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** The screens for development. */
export const DEV_INTERACTIONS = defineReasons('dev_interactions', {
  client_gone: {
    section: 'OpenID Connect Core 1.0 §3.1.2.3',
    when: 'The client of the interaction was removed meanwhile.',
    remedy: 'Start again at the application.',
  },
  nobody_signed_in: {
    section: 'OpenID Connect Core 1.0 §3.1.2.3',
    when: 'The form to change the account was sent from a screen that has none.',
    remedy: 'Go back, and reload.',
  },
  other_screen: {
    section: 'OpenID Connect Core 1.0 §3.1.2.3',
    when: 'The form belongs to another screen than the one that is due.',
    remedy: 'Reload: another tab went on.',
  },
  prompt_unknown: {
    section: 'OpenID Connect Core 1.0 §3.1.2.3',
    when: 'The policy has a prompt that these screens do not know.',
    remedy: 'Write your own screens, see [the guide](../guides/screens.md).',
  },
})
