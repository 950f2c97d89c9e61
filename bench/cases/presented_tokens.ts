import { Browser } from '../client/browser.ts'
import { expectMember, expectStatus, stringIn } from '../client/check.ts'
import type { Connection } from '../client/connection.ts'
import { clientCredentials, codeExchange, introspection, revocation, userinfo } from '../client/requests.ts'
import { ACCOUNT, RESOURCES } from '../server/setup.ts'
import { type Case, makeAll, oneEach } from './case.ts'

async function userToken(connection: Connection): Promise<string> {
  const code = await new Browser(connection).authorize('web')
  return stringIn(await connection.request(codeExchange('web', code)), 'access_token')
}

export const PRESENTED_TOKENS: readonly Case[] = [
  {
    name: 'userinfo',
    weight: 3,
    async prepare({ connection }) {
      const request = userinfo(await userToken(connection))
      return async (used) => expectMember(await used.request(request), 'sub', ACCOUNT)
    },
  },
  {
    name: 'introspection',
    weight: 3,
    async prepare({ connection }) {
      const request = introspection(await userToken(connection))
      return async (used) => expectMember(await used.request(request), 'active', true)
    },
  },
  {
    name: 'revocation',
    weight: 1,
    async prepare({ connection, count }) {
      const request = clientCredentials(RESOURCES.opaque)
      const make = async () => stringIn(await connection.request(request), 'access_token')
      const next = oneEach(await makeAll(count, make))
      return async (used) => expectStatus(await used.request(revocation(next())), 200)
    },
  },
]
