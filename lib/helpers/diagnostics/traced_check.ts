import type { SignatureMessage } from '../../../types/running/diagnostics.ts'
import { SIGNATURE } from './channels.ts'
import { traced } from './traced.ts'

/** Verifies a signature that somebody listens to; the message says whether it holds. */
export function tracedCheck(alg: string, check: () => Promise<boolean>): Promise<boolean> {
  const message: SignatureMessage = { operation: 'verify', alg }
  return traced(SIGNATURE, message, async () => {
    const isValid = await check()
    message.isValid = isValid
    return isValid
  })
}

/** The same at once: an answer that is a promise would count as true. */
export function tracedCheckSync(alg: string, check: () => boolean): boolean {
  const message: SignatureMessage = { operation: 'verify', alg }
  return SIGNATURE.traceSync(() => {
    const isValid = check()
    message.isValid = isValid
    return isValid
  }, message)
}
