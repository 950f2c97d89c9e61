import { deleteClient, updateClient } from '../actions/registration_management.ts'
import { defineFeature } from './define_feature.ts'

export const registrationManagement = defineFeature({
  name: 'registrationManagement',
  spec: 'RFC 7592',
  defaults: { enabled: false, rotateRegistrationAccessToken: true },
  needs: ['registration'],
  contribute: () => ({ actions: [updateClient, deleteClient] }),
})
