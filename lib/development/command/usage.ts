/** What `--help` prints. */
export const USAGE = `openid-provider: an OpenID Connect provider for tests and for the desk

  npx openid-provider [flags]      start it
  npx openid-provider init         ask what is wanted, and write openid-provider.json

It is a real provider: it refuses what has to be refused. Only two things differ from
one in production: nobody is asked for a password, and every client_id that is not
listed is accepted as a public client with PKCE, for a redirect_uri on this device.
Open its issuer in a browser: a page shows each login as it happens, and of every
refusal why and what to do.

Where it is
  --port NUMBER            where it listens                             [9000]
  --host ADDRESS           the address it listens at               [localhost]
                           With 0.0.0.0 everybody in your network can log in
                           as anybody.
  --issuer URL             what it calls itself          [http://localhost:PORT]
                           In a container: the name that both the browser and
                           the application reach it by.

Who is there
  --client ID[:SECRET]     a client; with a secret it is a confidential one.
                           May be repeated.
  --user SUB[=CLAIMS]      somebody who may log in, with claims as JSON.
                           May be repeated.                       [alice, bob]
  --api URL[=SCOPES]       an API that gets JWTs as access tokens, with its scopes
                           (RFC 8707, RFC 9068). May be repeated.
  --feature NAME           turns on an optional feature: deviceFlow, registration,
                           pushedAuthorizationRequests, dPoP, … May be repeated.
  --only-listed            accept no client and no redirect_uri that is not listed
  --config FILE            reads all of it from there, JSON or YAML
                           [openid-provider.json, .yaml or .yml, if it is there];
                           flags are added to it. With init: the file to write.
  --yes                    init asks nothing, and writes what it would offer

For suites
  --ci                     prints nothing and asks nobody: a request whose
                           login_hint names a user goes through. Needs --seed.
  --seed TEXT              makes the signing key from TEXT, so that it is the same
                           one after a restart; whoever knows TEXT can sign
  --clock-offset=SECONDS   its clock is ahead by so much, or behind: =-3600
  --help                   this text

Examples

  npx openid-provider --client shop:secret --user 'ann={"email":"ann@example.com"}'
  npx openid-provider --api 'https://api.example.com=orders:read' --feature deviceFlow
  npx openid-provider --ci --seed "$(git rev-parse HEAD)" --port 9001
  curl http://localhost:9001/_test/log_in -H 'content-type: application/json' \\
    -d '{"user":"alice","client":"shop"}'

The file has the members port, host, issuer, clients (a list of client metadata), users
(claims by sub), anyClient, resourceServers (by resource indicator), features, ttl, seed,
autoLogin and configuration (every other option); or issuers, a list of such, each with a
port of its own. YAML is read where the package yaml is installed as well.
The same from a test in JavaScript: import { startTestProvider } from 'openid-provider/testing'.
Everything else: docs/guides/development_server.md in the package.
`
