import { REDIRECT_URI } from '../server/setup.ts'
import type { Answer } from './connection.ts'
import { headerOf } from './connection.ts'

/** Refuses an answer that is not what was asked for: fast and wrong is no result. */
function refuse({ status, head, body }: Answer, wanted: string): never {
  throw new Error(
    `not ${wanted}: ${status} ${head.replaceAll('\r\n', ' | ').slice(0, 400)} ${body.slice(0, 300)}`,
  )
}

/** The members of a JSON answer. */
export function members(answer: Answer, status = 200): Record<string, unknown> {
  if (answer.status !== status) refuse(answer, `status ${status}`)
  const { body } = answer
  const value: unknown = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1))
  return { ...Object(value) }
}

/** A member that has to be a string. */
export function stringIn(answer: Answer, name: string, status = 200): string {
  const value = members(answer, status)[name]
  return typeof value === 'string' && value !== '' ? value : refuse(answer, `an answer with ${name}`)
}

export function expectStatus(answer: Answer, status: number): void {
  if (answer.status !== status) refuse(answer, `status ${status}`)
}

export function expectMember(answer: Answer, name: string, value: unknown): void {
  if (members(answer)[name] !== value) refuse(answer, `an answer with ${name} ${value}`)
}

/** Where a redirect leads. */
export function locationOf(answer: Answer): string {
  const location = headerOf(answer, 'location')
  if ((answer.status !== 303 && answer.status !== 302) || location === '') refuse(answer, 'a redirect')
  return location
}

/** The code in a redirect to the client. */
export function codeIn(answer: Answer): string {
  const location = locationOf(answer)
  const code = location.startsWith(REDIRECT_URI) ? new URL(location).searchParams.get('code') : null
  return code ?? refuse(answer, 'a redirect with a code')
}
