import { checkSigningKeys } from './check_signing_keys.ts'
import type { CrossRule } from './descriptor.ts'
import { checkCiba, checkGrantTypes, checkRedirectUris, checkResponseTypes } from './grant_rules.ts'
import {
  checkAssertionAlgorithm,
  checkClientKeys,
  checkClientSecret,
  checkJwksUri,
  checkUnsignedIdToken,
  completeEncryption,
} from './key_rules.ts'
import { checkSector } from './pairwise_rules.ts'
import { checkCertificateSubject, checkTokenBinding, enforcePolicies } from './policy_rules.ts'

/** What properties have to do with each other. Those that fill in or remove properties come first. */
export const crossRules: readonly CrossRule[] = [
  enforcePolicies,
  completeEncryption,
  checkCertificateSubject,
  checkGrantTypes,
  checkResponseTypes,
  checkRedirectUris,
  checkCiba,
  checkSector,
  checkTokenBinding,
  checkUnsignedIdToken,
  checkSigningKeys,
  checkAssertionAlgorithm,
  checkJwksUri,
  checkClientKeys,
  checkClientSecret,
]
