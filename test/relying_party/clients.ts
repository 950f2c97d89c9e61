import * as four from 'openid-client4'
import * as five from 'openid-client5'
import type { StartPeer } from '../support/peers.ts'
import { DEVICE, type Library, MATRIX } from './matrix.ts'
import { OPENID_CLIENT_6 } from './openid_client_6.ts'

/** What is tried by the clients of others. */
export const TRIED = [...MATRIX, DEVICE]

const SIGNED_INTROSPECTION = 'introspection, signed and encrypted (RFC 9701)'

type Runs = Readonly<Record<string, (start: StartPeer) => Promise<void>>>

/** Everything, but for what the library does not have. */
function all(library: Library, missing: readonly string[]): Runs {
  const has = TRIED.filter(({ name }) => !missing.includes(name))
  return Object.fromEntries(has.map(({ name, run }) => [name, (start: StartPeer) => run(start, library)]))
}

/** Clients as they come from the registry, with what each of them can do. */
export const CLIENTS: Readonly<Record<string, Runs>> = {
  'openid-client 4': all(four, [
    SIGNED_INTROSPECTION,
    'DPoP with an EC key, and nonces of the server (RFC 9449)',
  ]),
  'openid-client 5': all(five, [SIGNED_INTROSPECTION, 'DPoP with a JWK (RFC 9449)']),
  'openid-client 6': OPENID_CLIENT_6,
}
