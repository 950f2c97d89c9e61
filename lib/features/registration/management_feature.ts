import { defineFeature } from '../define_feature.ts'
import { deleteClient, updateClient } from './registration_management.ts'

export const registrationManagement = defineFeature({
  name: 'registrationManagement',
  spec: 'RFC 7592',
  defaults: { enabled: false, rotateRegistrationAccessToken: true },
  needs: ['registration'],
  contribute: () => ({ actions: [updateClient, deleteClient] }),
})
