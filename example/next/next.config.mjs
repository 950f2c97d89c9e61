/** The provider's paths, and what forms of the screens send, are answered by API routes. */
export default {
  rewrites: async () => [
    { source: '/oidc/:path*', destination: '/api/oidc/:path*' },
    // RFC 8414 §3.1: this document stands in front of the path of the issuer.
    { source: '/.well-known/oauth-authorization-server/oidc', destination: '/api/oidc' },
    { source: '/interaction/:uid/answer', destination: '/api/answer/:uid' },
  ],
}
