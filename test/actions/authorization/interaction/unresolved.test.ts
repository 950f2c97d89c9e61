import { expect } from 'chai'
import { interactionPolicy } from '../../../../lib/index.ts'
import type { Configuration } from '../../../../types/configuration.ts'
import { recordingLogger } from '../../../configuration/recording_logger.ts'
import { ask, consent, logsIn, type Screen, startScreens } from '../../../support/screens.ts'
import { stopProviders } from '../../../support/start_provider.ts'

const { Check, Prompt, base } = interactionPolicy

const url = (_ctx: unknown, { uid }: { uid: string }) =>
  `${process.env['TEST_MOUNT_PATH'] ?? ''}/interaction/${uid}`

/** Answers the login prompt, and the consent prompt this way. */
const consents =
  (screen: Screen): Screen =>
  (interaction, provider) =>
    interaction.prompt.name === 'login' ? { login: { accountId: 'alice' } } : screen(interaction, provider)

describe('interactions that resolve nothing', () => {
  afterEach(stopProviders)

  const start = async (screen: Screen, configuration: Configuration = {}) => {
    const logger = recordingLogger()
    const { op, seen } = await startScreens({ ...configuration, logger }, screen)
    const told: { prompt: string; reasons: string[]; problem: string }[] = []
    op.provider.on('interaction.unresolved', (_ctx, { name, reasons }, problem) =>
      told.push({ prompt: name, reasons: [...reasons], problem }),
    )
    const errors: { error: string; error_detail?: string | undefined }[] = []
    op.provider.on('authorization.error', (_ctx, error) => errors.push(error))
    const notices = () =>
      [...logger.infos, ...logger.warnings].filter((line) => line.includes('resolved nothing'))
    return { op, seen, told, errors, notices }
  }

  for (const [what, screen, prompt, reason, error, remedy] of [
    [
      '{ consent: {} }',
      consents(() => ({ consent: {} })),
      'consent',
      'op_scopes_missing',
      'consent_required',
      'the consent has no grantId',
    ],
    [
      'an empty result',
      consents(() => ({})),
      'consent',
      'op_scopes_missing',
      'consent_required',
      'the result has no consent',
    ],
    [
      'an unknown grantId',
      consents(() => ({ consent: { grantId: 'unknown' } })),
      'consent',
      'op_scopes_missing',
      'consent_required',
      'no grant of this account is stored under the grantId',
    ],
    [
      'a new grant without the scopes',
      consents(async (_, provider) => {
        const grant = new provider.Grant({ accountId: 'alice', clientId: 'web' })
        return { consent: { grantId: await grant.save() } }
      }),
      'consent',
      'op_scopes_missing',
      'consent_required',
      'the grant lacks what was asked for',
    ],
    [
      'the grant that was there, without the scopes',
      consents(async (interaction, provider) => {
        const known =
          interaction.grantId === undefined ? undefined : await provider.Grant.find(interaction.grantId)
        const grant = known ?? new provider.Grant({ accountId: 'alice', clientId: 'web' })
        return { consent: { grantId: await grant.save() } }
      }),
      'consent',
      'op_scopes_missing',
      'consent_required',
      'the grant lacks what was asked for',
    ],
    [
      '{ login: {} }',
      () => JSON.parse('{ "login": {} }'),
      'login',
      'no_session',
      'login_required',
      'the login has no accountId',
    ],
    ['no login', () => ({}), 'login', 'no_session', 'login_required', 'the result has no login'],
  ] as const satisfies readonly (readonly [string, Screen, string, string, string, string])[]) {
    it(`${what}: notice and event say what to do, and the third in a row ends the request with a page`, async () => {
      const { op, seen, told, errors, notices } = await start(screen)

      const { response, location, agent } = await op.authorize()

      expect(location).to.equal(null)
      expect(response.status).to.equal(400)
      expect(seen.filter(({ prompt: { name } }) => name === prompt)).to.have.length(3)
      expect(told).to.have.length(3)
      expect(told[0]).to.deep.include({ prompt, reasons: [reason] })
      expect(told[0]?.problem).to.include(remedy).and.include('finish the interaction with')
      expect(notices()).to.have.length(1)
      expect(notices()[0]).to.include(reason).and.include(remedy)
      expect(errors).to.have.length(1)
      expect(errors[0]).to.include({ error })
      expect(errors[0]?.error_detail).to.include(remedy)
      expect(op.serverErrors).to.deep.equal([])
      const last = seen.at(-1)?.uid ?? ''
      expect(await op.provider.Interaction.find(last)).to.equal(undefined)
      expect(agent.cookies.get('_interaction_resume')).to.equal(undefined)
    })
  }

  it('the page says whose mistake it is, and leads back to the application', async () => {
    const { op } = await start(consents(() => ({})))
    const agent = op.agent()
    let response = await ask(op, agent)
    for (let location = response.headers.get('location'); location !== null; ) {
      response = await agent.get(location, { accept: 'text/html' })
      location = response.headers.get('location')
    }
    const page = await response.text()

    expect(page).to.include('This site did not get any further with your answers. That is our mistake')
    expect(page).to.not.include('This took too long')
    expect(page).to.include('href="https://rp.example.com/"')
  })

  it('grants in turns what the grant before allowed: that is no progress either', async () => {
    const { op, seen, told } = await start(
      consents(async ({ prompt: { details } }, provider) => {
        const grant = new provider.Grant({ accountId: 'alice', clientId: 'web' })
        const { missingOIDCScope } = details
        grant.addOIDCScope(Array.isArray(missingOIDCScope) ? String(missingOIDCScope[0]) : '')
        return { consent: { grantId: await grant.save() } }
      }),
      { claims: { email: ['email'] } },
    )

    const { response } = await op.authorize({ scope: 'openid email' })

    expect(response.status).to.equal(400)
    expect(told).to.have.length(3)
    expect(seen.length).to.be.below(8)
  })

  it('a login of nobody does not pass for the one that prompt=login asks for', async () => {
    let isFirst = true
    const { op } = await start((interaction, provider) => {
      if (interaction.prompt.name !== 'login') return consent(interaction, provider)
      if (!isFirst) return JSON.parse('{ "login": {} }')
      isFirst = false
      return { login: { accountId: 'alice' } }
    })
    const { agent } = await op.authorize()

    for (const params of [{ prompt: 'login' }, { max_age: '0' }]) {
      const { code, response } = await op.authorize(params, agent)
      expect(code).to.equal('')
      expect(response.status).to.equal(400)
    }
  })

  it('nothing is said, and nothing ends, as long as each return resolves something', async () => {
    const documents = ['one', 'two', 'three', 'four', 'five']
    const policy = base()
    const terms = new Check('terms', 'terms have to be accepted', ({ oidc }) =>
      documents.some((name) => oidc.result?.[name] === undefined),
    )
    policy.add(new Prompt({ name: 'terms' }, terms))
    const { op, told, seen } = await start(
      (interaction, provider) => {
        const next = documents.find((name) => interaction.lastSubmission?.[name] === undefined)
        return interaction.prompt.name === 'terms' && next !== undefined
          ? { [next]: true }
          : logsIn()(interaction, provider)
      },
      { interactions: { policy, url } },
    )

    const { code } = await op.authorize()

    expect(code).to.not.equal('')
    expect(told).to.deep.equal([])
    expect(seen.filter(({ prompt }) => prompt.name === 'terms')).to.have.length(5)
  })

  it('two mistakes and then the right answer give a code', async () => {
    let visits = 0
    const { op, told } = await start(
      consents((interaction, provider) => {
        visits += 1
        return visits < 3 ? { consent: {} } : consent(interaction, provider)
      }),
    )

    const { code } = await op.authorize()

    expect(code).to.not.equal('')
    expect(told).to.have.length(2)
  })

  it('a custom prompt is named, too', async () => {
    const policy = base()
    policy.add(new Prompt({ name: 'otp' }, new Check('otp_missing', 'no second factor', () => true)), 1)
    const { op, told, errors } = await start(logsIn(), {
      interactions: { policy, url },
    })
    const agent = op.agent()

    const response = await agent.follow(await ask(op, agent))

    expect(response.status).to.equal(400)
    expect(told[0]).to.deep.include({ prompt: 'otp', reasons: ['otp_missing'] })
    expect(errors[0]).to.include({ error: 'interaction_required' })
  })
})
