import type { KoaContextWithOIDC } from '../../../types/context.ts'
import { InvalidBindingMessage } from '../../helpers/errors.ts'
import { BACKCHANNEL } from './reasons.ts'

/** Functions that only the host can write: calling one that is missing is its mistake, not the client's. */
const notImplemented = (name: string) => () => {
  throw new Error(`features.ciba.${name} not implemented`)
}

export const processLoginHint = notImplemented('processLoginHint')
export const processLoginHintToken = notImplemented('processLoginHintToken')
export const triggerAuthenticationDevice = notImplemented('triggerAuthenticationDevice')
export const validateRequestContext = notImplemented('validateRequestContext')
export const verifyUserCode = notImplemented('verifyUserCode')

const MESSAGE = /^[a-zA-Z0-9-._+/!?#]{1,20}$/

/** Short enough for any screen, and nothing that a screen could take for markup. @see OpenID Connect CIBA Core 1.0 §7.1 */
export function validateBindingMessage(_ctx: KoaContextWithOIDC, message: string | undefined): void {
  if (message === undefined || MESSAGE.test(message)) return
  throw new InvalidBindingMessage(
    'the binding_message value, when provided, needs to be 1 - 20 characters in length and use only a basic set of ' +
      `characters (matching the regex: ${MESSAGE.source} )`,
  ).because(BACKCHANNEL.binding_message_invalid)
}
