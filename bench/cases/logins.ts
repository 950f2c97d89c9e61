import { Browser } from '../client/browser.ts'
import { expectMember, stringIn } from '../client/check.ts'
import { codeExchange, refresh, userinfo } from '../client/requests.ts'
import { ACCOUNT } from '../server/setup.ts'
import { type Case, makeAll, oneEach, type Preparation } from './case.ts'

/** Codes of one session, with what they are exchanged at. */
async function codes({ connection, count }: Preparation, client: string): Promise<string[]> {
  const browser = new Browser(connection)
  return makeAll(count, () => browser.authorize(client))
}

const exchange = (name: string, client: string): Case => ({
  name,
  weight: 1,
  async prepare(preparation) {
    const next = oneEach(await codes(preparation, client))
    return async (connection) => {
      const answer = await connection.request(codeExchange(client, next()))
      for (const member of ['access_token', 'refresh_token', 'id_token']) stringIn(answer, member)
    }
  },
})

const rotate = (name: string, client: string): Case => ({
  name,
  weight: 1,
  async prepare(preparation) {
    const { connection } = preparation
    // As many as there are connections: each goes on with the token it was given last.
    const tokens: string[] = []
    for (const code of await codes({ ...preparation, count: 16 }, client)) {
      tokens.push(stringIn(await connection.request(codeExchange(client, code)), 'refresh_token'))
    }
    const next = oneEach(tokens)
    return async (used) => {
      const answer = await used.request(refresh(client, next()))
      stringIn(answer, 'id_token')
      tokens.push(stringIn(answer, 'refresh_token'))
    }
  },
})

/** A browser that was never here before, up to the end-user's claims: six requests. */
const login = (name: string, client: string): Case => ({
  name,
  weight: 0.5,
  prepare: async () => async (connection) => {
    const code = await new Browser(connection).authorize(client)
    const token = stringIn(await connection.request(codeExchange(client, code)), 'access_token')
    expectMember(await connection.request(userinfo(token)), 'sub', ACCOUNT)
  },
})

export const LOGINS: readonly Case[] = [
  exchange('code-exchange-es256', 'web-es256'),
  exchange('code-exchange-rs256', 'web'),
  rotate('refresh-es256', 'web-es256'),
  rotate('refresh-rs256', 'web'),
  login('login-es256', 'web-es256'),
  login('login-rs256', 'web'),
]
