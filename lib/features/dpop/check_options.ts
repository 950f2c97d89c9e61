import { types } from 'node:util'

const SECRET_BYTES = 32

/** @throws TypeError @see RFC 9449 §8 */
export function checkNonceSecret(secret: unknown): void {
  if (secret === undefined) return
  if (!types.isUint8Array(secret) || secret.byteLength !== SECRET_BYTES)
    throw new TypeError(`features.dPoP.nonceSecret must be a Buffer or Uint8Array of ${SECRET_BYTES} bytes`)
}
