import type { ClientMetadata } from '../../types/client.ts'

/** Bits below which a botnet with time finds a secret at the pace that is allowed. See docs/guessing.md. */
const LEAST_BITS = 48

const ALPHABETS: readonly (readonly [characters: RegExp, size: number])[] = [
  [/[0-9]/, 10],
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[^0-9a-zA-Z]/, 33],
]

/** What a secret of these characters can hold at most. */
function mostBits(secret: string): number {
  const size = ALPHABETS.reduce((sum, [characters, more]) => (characters.test(secret) ? sum + more : sum), 0)
  return size === 0 ? 0 : secret.length * Math.log2(size)
}

/** Notices about clients of the configuration whose secret can be guessed. @see RFC 6749 §10.10 */
export function guessableSecrets(clients: readonly ClientMetadata[]): string[] {
  return clients
    .filter(({ client_secret: secret }) => secret !== undefined && mostBits(secret) < LEAST_BITS)
    .map(
      ({ client_id }) =>
        `NOTICE: clients: the client_secret of "${client_id}" is short enough to be guessed, use 32 random characters (see docs/guessing.md)`,
    )
}
