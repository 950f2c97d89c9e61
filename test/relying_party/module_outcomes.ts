import { expect } from 'chai'
import { errors, type TokenSet } from '../../lib/relying_party/index.ts'
import { failureOf } from '../support/failure_of.ts'

/** The client takes what it was given, and it is about alice. */
export async function accepts(pending: Promise<TokenSet>): Promise<void> {
  expect((await pending).claims().sub).to.equal('alice')
}

/** The client refuses what it was given, and says why. */
export async function rejects(pending: Promise<unknown>, reason: RegExp): Promise<void> {
  expect((await failureOf(pending, errors.RPError)).message).to.match(reason)
}
