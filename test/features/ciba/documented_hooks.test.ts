import { expect } from 'chai'
import { errors } from '../../../lib/index.ts'
import type { Account } from '../../../types/account.ts'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { BackchannelAuthenticationRequest } from '../../../types/features/ciba.ts'
import type { Client } from '../../../types/models.ts'
import { CALL_CENTRE, grantFor, poll, request, requestId, startForCiba } from '../../support/ciba.ts'
import { stopProviders } from '../../support/start_provider.ts'

// The bodies of these are the documented ones, word for word.

async function processLoginHint(_ctx: KoaContextWithOIDC, _loginHint: string): Promise<string | undefined> {
  throw new Error('features.ciba.processLoginHint not implemented')
}

async function processLoginHintToken(
  _ctx: KoaContextWithOIDC,
  _loginHintToken: string,
): Promise<string | undefined> {
  throw new Error('features.ciba.processLoginHintToken not implemented')
}

async function triggerAuthenticationDevice(
  _ctx: KoaContextWithOIDC,
  _request: BackchannelAuthenticationRequest,
  _account: Account,
  _client: Client,
) {
  throw new Error('features.ciba.triggerAuthenticationDevice not implemented')
}

async function validateBindingMessage(_ctx: KoaContextWithOIDC, bindingMessage: string | undefined) {
  if (bindingMessage && !/^[a-zA-Z0-9-._+/!?#]{1,20}$/.exec(bindingMessage)) {
    throw new errors.InvalidBindingMessage(
      'the binding_message value, when provided, needs to be 1 - 20 characters in length and use only a basic set of characters (matching the regex: ^[a-zA-Z0-9-._+/!?#]{1,20}$ )',
    )
  }
}

async function validateRequestContext(_ctx: KoaContextWithOIDC, _requestContext: string | undefined) {
  throw new Error('features.ciba.validateRequestContext not implemented')
}

async function verifyUserCode(_ctx: KoaContextWithOIDC, _account: Account, _userCode: string | undefined) {
  throw new Error('features.ciba.verifyUserCode not implemented')
}

const WITH_CODE = { ...CALL_CENTRE, backchannel_user_code_parameter: true }

describe('documented functions of features.ciba, as they are documented', () => {
  afterEach(stopProviders)

  for (const [id, name, hooks, params] of [
    ['F078', 'processLoginHint', { processLoginHint }, {}],
    ['F079', 'processLoginHintToken', { processLoginHintToken }, { login_hint_token: 'x' }],
    ['F080', 'triggerAuthenticationDevice', { triggerAuthenticationDevice }, {}],
    ['F082', 'validateRequestContext', { validateRequestContext }, {}],
    ['F083', 'verifyUserCode', { verifyUserCode }, {}],
  ] as const) {
    it(`${id} ${name}`, async () => {
      const op = await startForCiba({ clients: [WITH_CODE], ciba: { verifyUserCode: () => {}, ...hooks } })

      expect((await request(op, { ...params })).body['error']).to.equal('server_error')
      expect(String(op.serverErrors[0])).to.equal(`Error: features.ciba.${name} not implemented`)
    })
  }

  it('F081 validateBindingMessage says what the default says', async () => {
    const [own, ours] = [await startForCiba({ ciba: { validateBindingMessage } }), await startForCiba()]
    const bad = { binding_message: 'two words' }

    const [said, expected] = [await request(own, bad), await request(ours, bad)]

    expect(said.body).to.deep.equal(expected.body)
    expect(said.body['error']).to.equal('invalid_binding_message')
    expect((await request(own, { binding_message: 'W4SCT' })).status).to.equal(200)
  })

  for (const [what, ErrorClass, code] of [
    ['InvalidRequest', errors.InvalidRequest, 'invalid_request'],
    ['ExpiredLoginHintToken', errors.ExpiredLoginHintToken, 'expired_login_hint_token'],
    ['InvalidBindingMessage', errors.InvalidBindingMessage, 'invalid_binding_message'],
    ['MissingUserCode', errors.MissingUserCode, 'missing_user_code'],
    ['InvalidUserCode', errors.InvalidUserCode, 'invalid_user_code'],
  ] as const) {
    it(`the recommended errors.${what} is answered as ${code}`, async () => {
      const fails = () => {
        throw new ErrorClass('validation error message')
      }
      const op = await startForCiba({ clients: [WITH_CODE], ciba: { verifyUserCode: fails } })

      const { status, body } = await request(op)

      expect(status).to.equal(400)
      expect(body).to.deep.equal({ error: code, error_description: 'validation error message' })
    })
  }

  it('F084 provider.backchannelResult(request, result[, options]) on the provider', async () => {
    const op = await startForCiba()
    const { provider } = op
    const id = await requestId(op)
    const found = await provider.BackchannelAuthenticationRequest.find(id)
    if (found === undefined) throw new Error('no request')

    await provider.backchannelResult(found, await grantFor(op, id), { acr: 'a', amr: ['b'], authTime: 1 })

    expect((await poll(op, id)).status).to.equal(200)
  })
})
