import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** Somebody whose access tokens an API takes, with claims that no provider of a guide gives them. */
export interface IssuerOfTokens {
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>
  stop(): void
}

/** @param port where its keys are, whatever is asked for */
export async function startIssuerOfTokens(port: number, audience: string): Promise<IssuerOfTokens> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const keys = [{ ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' }]
  const server = createServer((_req, res) => void res.end(JSON.stringify({ keys }))).listen(port)
  return {
    sign: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(`http://localhost:${port}`)
        .setAudience(audience)
        .setExpirationTime('1 minute')
        .sign(privateKey),
    stop: () => void server.close(),
  }
}
