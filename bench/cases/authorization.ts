import { Browser } from '../client/browser.ts'
import { codeIn, locationOf, stringIn } from '../client/check.ts'
import { authorization, pushedRequest } from '../client/requests.ts'
import type { Case } from './case.ts'

export const AUTHORIZATION: readonly Case[] = [
  {
    name: 'authorization',
    weight: 1,
    async prepare({ connection }) {
      const browser = new Browser(connection)
      await browser.authorize('web')
      const request = authorization('web', browser.cookie)
      return async (used) => {
        codeIn(await used.request(request))
      }
    },
  },
  {
    name: 'authorization-without-session',
    weight: 1,
    async prepare() {
      const request = authorization('web')
      return async (connection) => {
        const location = locationOf(await connection.request(request))
        if (!location.startsWith('/interaction/')) throw new Error(`${location} is no interaction`)
      }
    },
  },
  {
    name: 'pushed-request',
    weight: 2,
    async prepare() {
      const request = pushedRequest('web')
      return async (connection) => {
        stringIn(await connection.request(request), 'request_uri', 201)
      }
    },
  },
]
