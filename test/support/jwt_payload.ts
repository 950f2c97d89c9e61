/** What a signed JWT says; its signature is not looked at. */
export function jwtPayload(jwt: unknown): Record<string, unknown> {
  const [, payload = ''] = String(jwt).split('.')
  const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return { ...Object(value) }
}
