import type { BaseModel } from '../base_model.ts'
import type { IssuedToken } from '../issued_token.ts'

/** A random value that stands for what is stored under it. */
export function opaqueForm(token: BaseModel): IssuedToken {
  return {
    value: token.jti,
    operations: token.writes(),
    announce: () => {
      token.markStored()
      token.announce('saved')
    },
  }
}
