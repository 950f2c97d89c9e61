import { checkBooleanOrFunction } from '../../configuration/checks/shapes.ts'
import { defineFeature } from '../define_feature.ts'
import { deleteClient, updateClient } from './registration_management.ts'

export const registrationManagement = defineFeature({
  name: 'registrationManagement',
  spec: 'RFC 7592',
  defaults: { enabled: false, rotateRegistrationAccessToken: true },
  needs: ['registration'],
  versatile: ['rotateRegistrationAccessToken'],
  check: ({ rotateRegistrationAccessToken: rotate }) =>
    checkBooleanOrFunction('features.registrationManagement.rotateRegistrationAccessToken', rotate),
  contribute: () => ({ actions: [updateClient, deleteClient] }),
})
