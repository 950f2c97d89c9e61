import { createPrivateKey, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** What has to stay the same when the demo is started again: else what it signed before is worth nothing. */
export interface DemoSecrets {
  jwks: { keys: JsonWebKey[] }
  cookieKeys: string[]
  clientSecret: string
}

/** In Node.js 20 the key that was generated may never come back from `export()`, so it is read again. */
function newKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return createPrivateKey(privateKey).export({ format: 'jwk' })
}

export function newSecrets(): DemoSecrets {
  return {
    jwks: { keys: [newKey()] },
    cookieKeys: [randomBytes(32).toString('base64url')],
    clientSecret: randomBytes(32).toString('base64url'),
  }
}

/** The secrets in this file, made the first time. A real host has a vault for them. */
export function keptSecrets(file: string): DemoSecrets {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const secrets = newSecrets()
  // Nobody but the owner reads it.
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' })
  return secrets
}
