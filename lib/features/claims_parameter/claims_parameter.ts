import type { ClaimsParameter, ClaimsParameterMember } from '../../../types/account.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { CLAIMS } from './reasons.ts'

type Requested = { [claim: string]: ClaimsParameterMember | null }

/** A member named `__proto__` asks for nothing that there is. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (name, value) => (name === '__proto__' ? undefined : value))
  } catch (cause) {
    throw new InvalidRequest('could not parse the claims parameter JSON', 400, undefined, cause).because(
      CLAIMS.malformed,
    )
  }
}

/** @see OpenID Connect Core 1.0 §5.5.1 */
function readMember(name: string, member: unknown): ClaimsParameterMember | null {
  if (member === null) return null
  if (!isRecord(member))
    throw new InvalidRequest(`${name} must be null or an object`).because(CLAIMS.member_malformed, {
      seen: [name],
    })
  const { essential, values, ...others } = member
  if (essential !== undefined && typeof essential !== 'boolean') {
    throw new InvalidRequest(`${name}.essential must be a boolean`).because(CLAIMS.member_malformed, {
      seen: [`${name}.essential`],
    })
  }
  if (values !== undefined && !Array.isArray(values)) {
    throw new InvalidRequest(`${name}.values must be an array`).because(CLAIMS.member_malformed, {
      seen: [`${name}.values`],
    })
  }
  return {
    ...others,
    ...(essential === undefined ? {} : { essential }),
    ...(values === undefined ? {} : { values }),
  }
}

/** Claims that are proof of something: a request for one that is not understood must not be taken for none. */
const BINDING: ReadonlySet<string> = new Set(['acr', 'auth_time', 'sub'])

/** What is no request for a claim is ignored (OpenID Connect Core 1.0 §5.5.1), unless something depends on it. */
const isRequest = ([claim, member]: readonly [string, unknown]): boolean =>
  member === null || isRecord(member) || BINDING.has(claim)

function readMembers(use: string, members: unknown): Requested | undefined {
  if (members === undefined) return undefined
  if (!isRecord(members))
    throw new InvalidRequest(`claims.${use} must be an object`).because(CLAIMS.malformed, {
      seen: [`claims.${use}`],
    })
  return Object.fromEntries(
    Object.entries(members)
      .filter(isRequest)
      .map(([claim, member]) => [claim, readMember(`claims.${use} member`, member)]),
  )
}

/**
 * Reads the `claims` parameter. Members nobody knows are ignored.
 * @throws InvalidRequest
 * @see OpenID Connect Core 1.0 §5.5
 */
export function parseClaimsParameter(text: string): ClaimsParameter {
  const sent = parseJson(text)
  if (!isRecord(sent))
    throw new InvalidRequest('claims parameter must be a JSON object').because(CLAIMS.malformed)
  const idToken = readMembers('id_token', sent['id_token'])
  const userinfo = readMembers('userinfo', sent['userinfo'])
  if (idToken === undefined && userinfo === undefined) {
    throw new InvalidRequest('claims parameter must have an id_token or userinfo member').because(
      CLAIMS.malformed,
      { seen: Object.keys(sent), accepted: ['id_token', 'userinfo'] },
    )
  }
  return {
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(userinfo === undefined ? {} : { userinfo }),
  }
}
