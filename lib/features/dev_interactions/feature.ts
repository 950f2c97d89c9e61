import { defineFeature } from '../define_feature.ts'
import { devInteractionActions } from './dev_interactions.ts'
import { consentTexts, loginTexts } from './texts.ts'

export const devInteractions = defineFeature({
  name: 'devInteractions',
  spec: 'screens for development',
  defaults: { enabled: true },
  texts: [loginTexts, consentTexts],
  check({ enabled }) {
    if (enabled && process.env['NODE_ENV'] === 'production') {
      throw new TypeError(
        'features.devInteractions lets anybody log in as anybody: set enabled: false and bring your own screens (interactions.url)',
      )
    }
  },
  contribute: () => ({
    actions: devInteractionActions,
    // A path: the issuer of a configuration for production is not the address in a developer's browser.
    interactionUrl: ({ oidc }, { uid }) => new URL(oidc.urlFor('interaction', { uid })).pathname,
  }),
})
