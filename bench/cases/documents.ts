import { expectStatus } from '../client/check.ts'
import { get } from '../client/requests.ts'
import type { Case } from './case.ts'

const document = (name: string, path: string, member: string): Case => ({
  name,
  weight: 5,
  async prepare() {
    const request = get(path)
    return async (connection) => {
      const answer = await connection.request(request)
      expectStatus(answer, 200)
      // Reading all of it would take longer than serving it.
      if (!answer.body.includes(`"${member}":`)) throw new Error(`no ${member} in ${answer.body}`)
    }
  },
})

export const DOCUMENTS: readonly Case[] = [
  document('discovery', '/.well-known/openid-configuration', 'token_endpoint'),
  document('jwks', '/jwks', 'keys'),
]
