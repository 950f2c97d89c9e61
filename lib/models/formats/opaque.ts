import type { BaseModel } from '../base_model.ts'
import type { IssuedToken } from '../issued_token.ts'

/** A random value that stands for what is stored under it. @param op how it has to be written */
export function opaqueForm(token: BaseModel, op: 'insert' | 'put'): IssuedToken {
  return {
    value: token.jti,
    operations: [token.operation(op)],
    announce: () => token.announce('saved'),
  }
}
