/** @throws TypeError @see RFC 8705 §5 */
export function checkAliasOrigin(origin: unknown): void {
  if (origin === undefined) return
  const isOrigin =
    typeof origin === 'string' &&
    URL.canParse(origin) &&
    /^https:\/\/[^/]/.test(origin) &&
    new URL(origin).origin === origin
  if (!isOrigin)
    throw new TypeError(
      "features.mTLS.aliasOrigin must be an https origin, such as 'https://mtls.example.com'",
    )
}
