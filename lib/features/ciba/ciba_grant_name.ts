/** @see OpenID Connect CIBA Core 1.0 §4 */
export const CIBA = 'urn:openid:params:grant-type:ciba'
