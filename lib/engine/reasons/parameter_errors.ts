import { InvalidRequest } from '../../helpers/errors.ts'
import { PARAMETER } from './engine_reasons.ts'

/** The error for a parameter that is needed and was not sent. @see RFC 6749 §4.1.2.1, §5.2 */
export function missingParameter(name: string): InvalidRequest {
  return new InvalidRequest(`missing required parameter '${name}'`).because(PARAMETER.missing, {
    accepted: [name],
  })
}

/** The error for one that cannot be used. @param problem what is wrong with it @see RFC 6749 §3.1, §3.2 */
export function malformedParameter(name: string, problem: string): InvalidRequest {
  return new InvalidRequest(problem).because(PARAMETER.malformed, { seen: [name] })
}
