import { InvalidClient, InvalidToken } from '../../helpers/errors.ts'

/** A registered client that is not valid (any more) takes its tokens with it; `error_detail` says why. */
export function asInvalidToken(thrown: unknown): never {
  if (thrown instanceof InvalidClient)
    throw new InvalidToken(thrown.error_detail ?? thrown.error, thrown).because(thrown)
  throw thrown
}
