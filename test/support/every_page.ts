import { errorPage } from '../../lib/actions/pages/error_page.ts'
import { notFoundPage, startPage } from '../../lib/actions/pages/found_nothing.ts'
import { navigatingPage } from '../../lib/actions/pages/go_on.ts'
import { errorTexts } from '../../lib/actions/pages/texts/error_texts.ts'
import { formPostPage } from '../../lib/actions/response_modes/form_post.ts'
import { consentPage as allowPage, editPage, pickPage } from '../../lib/development/screens/pages.ts'
import { Users } from '../../lib/development/users.ts'
import type { Page } from '../../lib/engine/render_page.ts'
import type { Appearance } from '../../lib/engine/screens/appearance.ts'
import { consentPage } from '../../lib/features/dev_interactions/consent_page.ts'
import { loginPage } from '../../lib/features/dev_interactions/login_page.ts'
import {
  deviceConfirmForm,
  deviceConfirmPage,
  deviceInputForm,
  deviceInputPage,
  deviceSuccessPage,
} from '../../lib/features/device_flow/device_pages.ts'
import { framesPage } from '../../lib/features/frontchannel_logout/frames_page.ts'
import {
  logoutForm,
  logoutPage,
  logoutSuccessPage,
} from '../../lib/features/rp_initiated_logout/logout_page.ts'

/** Every page, with one text wherever a stranger's text can be. */
export function everyPage(appearance: Appearance, text: string): Readonly<Record<string, Page>> {
  const client = { clientId: text, clientName: text, logoUri: text, policyUri: text, tosUri: text }
  const nameless = { clientId: text }
  const { lost, lostBecause } = appearance.texts(errorTexts)
  const inputForm = { action: text, xsrf: text, userCode: text }
  return {
    login: loginPage(appearance, { client, action: text, abortUrl: text, loginHint: text, error: text }),
    'login without a name': loginPage(appearance, { client: nameless, action: text, abortUrl: text }),
    consent: consentPage(appearance, {
      client: { ...client, policyUri: 'https://rp.example.com/', tosUri: 'https://rp.example.com/' },
      action: text,
      abortUrl: text,
      accountId: text,
      switchUrl: text,
      scopes: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', text],
      claims: [text],
      resourceScopes: { [text]: [text] },
      redirectUri: 'http://localhost/',
    }),
    'consent to nothing': consentPage(appearance, {
      client,
      action: text,
      abortUrl: text,
      redirectUri: text,
    }),
    error: errorPage(appearance, {
      error: text,
      error_description: text,
      scope: text,
      state: text,
      iss: text,
      ...{ [text]: text },
    }),
    'an interaction that has expired': errorPage(
      appearance,
      { error: text, error_description: text },
      { title: lost, hint: lostBecause, back: { client, url: text } },
    ),
    'nothing there': notFoundPage(appearance, text),
    'the provider itself': startPage(appearance, text, text),
    'going on': navigatingPage(appearance, text),
    'going on past frames': framesPage(appearance, { url: text, frames: [], timeout: 5 }),
    'form post': formPostPage(appearance, 'https://rp.example.com/cb', { state: text, [text]: text }),
    logout: logoutPage(appearance, { form: logoutForm(text, text), host: text }),
    'logged out': logoutSuccessPage(appearance, { isSignedIn: false }),
    'not logged out': logoutSuccessPage(appearance, { isSignedIn: true }),
    'logged out of a client': logoutSuccessPage(appearance, { client, isSignedIn: true }),
    'device code': deviceInputPage(appearance, { form: deviceInputForm(appearance, inputForm) }),
    'device code again': deviceInputPage(appearance, {
      form: deviceInputForm(appearance, { ...inputForm, isInvalid: true }),
      error: { name: text, userCode: text },
    }),
    'device confirmation': deviceConfirmPage(appearance, {
      form: deviceConfirmForm(text, text, text),
      client,
      userCode: text,
      deviceInfo: { ip: text, ua: text, [text]: text, more: { [text]: [text] } },
    }),
    'device success': deviceSuccessPage(appearance, client),
    ...developmentPages(appearance, text),
  }
}

/** Those of the development server. */
function developmentPages(appearance: Appearance, text: string): Readonly<Record<string, Page>> {
  const visit = { appearance, action: text, clientId: text, scope: text }
  return {
    'development: users': pickPage(visit, new Users([[text, { name: text }]])),
    'development: claims': editPage(visit, { sub: text, claims: text, fault: text }),
    'development: consent': allowPage(visit, text),
  }
}
