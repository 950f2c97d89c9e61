/** What `--help` prints. */
export const USAGE = `openid-provider: an OpenID Connect provider for tests and for the desk

  npx openid-provider [flags]      start it
  npx openid-provider init         write openid-provider.json, to be edited

It is a real provider: it refuses what has to be refused. Only two things differ from
one in production: nobody is asked for a password, and every client_id that is not
listed is accepted as a public client with PKCE, for a redirect_uri on this device.

  --port NUMBER            where it listens                             [9000]
  --host ADDRESS           the address it listens at               [localhost]
                           With 0.0.0.0 everybody in your network can log in
                           as anybody.
  --issuer URL             what it calls itself          [http://localhost:PORT]
                           In a container: the name that both the browser and
                           the application reach it by.
  --client ID[:SECRET]     a client; with a secret it is a confidential one.
                           May be repeated.
  --user SUB[=CLAIMS]      somebody who may log in, with claims as JSON.
                           May be repeated.                       [alice, bob]
  --only-listed            accept no client and no redirect_uri that is not listed
  --config FILE            reads all of it from there  [openid-provider.json, if
                           it is there]; flags are added to it
  --seed TEXT              makes the signing key from TEXT, so that it is the same
                           one after a restart; whoever knows TEXT can sign
  --ci                     prints nothing and asks nobody: a request whose
                           login_hint names a user goes through. Needs --seed.
  --help                   this text

Examples

  npx openid-provider --client shop:secret --user 'ann={"email":"ann@example.com"}'
  npx openid-provider --ci --seed "$(git rev-parse HEAD)" --port 9001

The file has the members port, host, issuer, clients (a list of client metadata), users
(claims by sub), anyClient, resourceServers (by resource indicator), features, ttl, seed
and autoLogin; or issuers, a list of such, each with a port of its own.
The same from a test in JavaScript: import { startTestProvider } from 'openid-provider/testing'.
`
