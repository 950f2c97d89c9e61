import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Revocation. */
export const REVOCATION = defineReasons('revocation', {
  of_another_client: {
    section: 'RFC 7009 §2.1',
    when: 'The token belongs to another client.',
    remedy: 'The application revokes its own tokens. `features.revocation.allowedPolicy` decides.',
  },
})
