import { checkSigningKeys } from './check_signing_keys.ts'
import type { CrossRule } from './descriptor.ts'
import { checkResponseTypes, redirectUriRule } from './grant_rules.ts'
import {
  checkAssertionAlgorithm,
  checkClientKeys,
  checkClientSecret,
  checkJwksUri,
  checkUnsignedIdToken,
} from './key_rules.ts'
import { checkSector } from './pairwise_rules.ts'

/** What properties of every client have to do with each other. */
export const crossRules: readonly CrossRule[] = [
  checkResponseTypes,
  redirectUriRule('redirect_uris'),
  checkSector,
  checkUnsignedIdToken,
  checkSigningKeys,
  checkAssertionAlgorithm,
  checkJwksUri,
  checkClientKeys,
  checkClientSecret,
]
