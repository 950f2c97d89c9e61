import type { ResponseType } from '../../../types/client.ts'
import { readNames } from './shapes.ts'

const RESPONSE_TYPES: readonly ResponseType[] = [
  'code',
  'id_token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
  'none',
]

/**
 * Reads `responseTypes`; the order of the words in a member does not matter and is put right.
 * @throws TypeError
 * @see OAuth 2.0 Multiple Response Type Encoding Practices §3–§5
 */
export function readResponseTypes(value: unknown): readonly ResponseType[] {
  if (!Array.isArray(value)) throw new TypeError('responseTypes must be an Array')
  const types = new Set<ResponseType>()
  for (const member of readNames('responseTypes', value)) {
    const words = member.split(' ').sort()
    if (words.length > 1 && words.includes('none')) {
      throw new TypeError(`responseTypes must not contain '${member}': 'none' cannot be combined`)
    }
    const type = RESPONSE_TYPES.find((known) => known === words.join(' '))
    if (type === undefined) {
      throw new TypeError(`responseTypes must not contain '${member}', only ${RESPONSE_TYPES.join(', ')}`)
    }
    types.add(type)
  }
  return [...types]
}
