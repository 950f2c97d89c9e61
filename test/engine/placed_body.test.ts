import { request } from 'node:http'
import { expect } from 'chai'
import type { Middleware } from 'koa'
import { errors } from '../../lib/index.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import { type RunningProvider, startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const ECHO = 'urn:example:echo'
const LIMIT = 56 * 1024

/** A provider behind a middleware that has read the body, and left what is given. */
async function startBehind(node: object, koa: object = {}): Promise<RunningProvider> {
  const reads: Middleware = async (ctx, next) => {
    for await (const _chunk of ctx.req);
    Object.assign(ctx.req, node)
    Object.assign(ctx.request, koa)
    return next()
  }
  return startEcho([reads])
}

/** Tells what it was told. */
async function startEcho(use: readonly Middleware[] = []): Promise<RunningProvider> {
  const client = { ...WEB_CLIENT, grant_types: ['authorization_code', ECHO] }
  const op = await startProvider({ clients: [client] }, { use })
  const echo = (ctx: KoaContextWithOIDC) => {
    ctx.body = { told: ctx.oidc.params?.['told'] }
  }
  op.provider.registerGrantType(ECHO, echo, ['told'])
  return op
}

type Fields = Record<string, string>

const form = (told: string) => ({
  grant_type: ECHO,
  client_id: WEB_CLIENT.client_id,
  client_secret: WEB_CLIENT.client_secret ?? '',
  told,
})
const written = (told: string) => new URLSearchParams(form(told)).toString()

/** Sends nothing at all, and says so, unless it says otherwise. */
function sendNothing(
  op: RunningProvider,
  length: Record<string, string> = { 'content-length': '0' },
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...length }
    request(op.provider.urlFor('token'), { method: 'POST', headers }, (res) => {
      res.resume()
      resolve(res.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

/** Sends something without saying how long it is. */
const sendInPieces = (op: RunningProvider, charset = ''): Promise<Response> =>
  fetch(op.provider.urlFor('token'), {
    method: 'POST',
    headers: { 'content-type': `application/x-www-form-urlencoded${charset}` },
    body: new Blob(['sent']).stream(),
    duplex: 'half',
  })

describe('bodies that somebody else has read', () => {
  afterEach(stopProviders)

  for (const [title, node, koa] of [
    ['no bytes, and fields', { rawBody: Buffer.alloc(0) }, { body: form('right') }],
    ['an empty text, and fields', { rawBody: '' }, { body: form('right') }],
    ['fields that are none, and a text', { body: {} }, { rawBody: written('right') }],
    [
      'fields, and the bytes they were made of',
      { body: form('wrong') },
      { rawBody: Buffer.from(written('right')) },
    ],
    ['fields, and the text they were made of', { body: form('wrong') }, { rawBody: written('right') }],
    ['a text alone', {}, { body: written('right') }],
  ] as const) {
    it(`${title}: what holds something counts, and what is nearest to what was sent (RFC 6749 §3.2)`, async () => {
      const op = await startBehind(node, koa)

      expect((await op.post('token', form('sent'))).body).to.deep.equal({ told: 'right' })
    })
  }

  it('one that was empty is a request without parameters, and no failure of ours', async () => {
    const op = await startBehind({})

    expect(await sendNothing(op)).to.equal(401)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('one that was put there although nothing was sent counts', async () => {
    const op = await startBehind({}, { body: form('right') })

    expect(await sendNothing(op)).to.equal(200)
  })

  for (const [kind, place] of [
    ['bytes', (fields: Fields) => ({ rawBody: Buffer.from(`${new URLSearchParams(fields)}`) })],
    ['a text', (fields: Fields) => ({ body: `${new URLSearchParams(fields)}` })],
    ['fields', (fields: Fields) => ({ body: fields })],
  ] as const) {
    it(`H11 ${kind} may have 56 KB, and no byte more, also where nobody said before how long they are`, async () => {
      const withIgnored = (length: number) => place({ ...form('x'), ignored: 'x'.repeat(length) })
      const [empty] = Object.values<string | Buffer | Fields>(withIgnored(0))
      const isWritten = typeof empty === 'string' || empty instanceof Buffer
      const least = Buffer.byteLength(isWritten ? empty : JSON.stringify(empty))
      const ask = async (length: number) => {
        const op = await startBehind(withIgnored(length - least))
        return (await sendInPieces(op)).status
      }

      expect([await ask(LIMIT), await ask(LIMIT + 1)]).to.deep.equal([200, 413])
    })

    it(`${kind} hold nothing beyond ASCII where the type says so`, async () => {
      const ask = async (told: string, charset: string) => {
        const op = await startBehind(place(form(told)))
        return (await sendInPieces(op, `; charset=${charset}`)).status
      }

      expect([await ask('ä', 'utf-8'), await ask('a', 'us-ascii')]).to.deep.equal([200, 200])
      expect(await ask('ä', 'us-ascii')).to.equal(400)
    })
  }

  it('one that was put on a request nobody has read yet counts where there is nothing to read, as on serverless platforms', async () => {
    const puts: Middleware = (ctx, next) => {
      Object.assign(ctx.req, { body: written('placed') })
      return next()
    }
    const op = await startEcho([puts])

    expect(await sendNothing(op, { 'transfer-encoding': 'chunked' })).to.equal(200)
    expect((await op.post('token', form('sent'))).body).to.deep.equal({ told: 'sent' })
  })

  it('no list is taken for fields', async () => {
    const op = await startBehind({ body: [1, 2] })
    const { status, body } = await op.post('token', form('sent'))

    expect([status, body['error_description']]).to.deep.equal([400, 'request body is not an object'])
  })
})

describe('bodies that are read', () => {
  afterEach(stopProviders)

  it('H11 may have 56 KB, and no byte more', async () => {
    const op = await startEcho()
    const ask = async (length: number) => {
      const body = `${written('x')}&ignored=`.padEnd(length, 'x')
      return (await op.post('token', body)).status
    }

    expect([await ask(LIMIT), await ask(LIMIT + 1)]).to.deep.equal([200, 413])
  })
})

describe('characters of a body (WHATWG URL §5.1, RFC 6749 Appendix B)', () => {
  afterEach(stopProviders)

  for (const [title, bytes, description] of [
    ['that are no UTF-8 are refused', [0xff], 'request body could not be read as UTF-8 text'],
    [
      'are not left out: a byte order mark is part of a name',
      [0xef, 0xbb, 0xbf],
      "missing required parameter 'grant_type'",
    ],
  ] as const) {
    it(title, async () => {
      const op = await startEcho()
      const { grant_type, ...rest } = form('x')
      const body = Buffer.concat([
        Buffer.from(bytes),
        Buffer.from(`${new URLSearchParams({ grant_type, ...rest })}`),
      ])
      const response = await fetch(op.provider.urlFor('token'), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      })

      expect(response.status).to.equal(400)
      expect(await response.json()).to.include({ error_description: description })
    })
  }
})

describe('answers', () => {
  afterEach(stopProviders)

  it('that lead on say it in the header alone: no code stands in a body (RFC 9700 §4.2)', async () => {
    const op = await startProvider()
    const response = await op.agent().get(op.authorizationUrl({ response_type: 'nonsense' }))

    expect([response.status, await response.text()]).to.deep.equal([303, ''])
  })

  it('to whoever tried a header challenge for credentials only where those were wrong (RFC 6749 §5.2)', async () => {
    const op = await startEcho()
    const { client_id: id, client_secret: secret, ...rest } = form('x')
    const ask = async (password: string, params: Record<string, string>) => {
      const authorization = `Basic ${Buffer.from(`${id}:${encodeURIComponent(password)}`).toString('base64')}`
      const { status, headers } = await op.post('token', params, { authorization })
      return [status, headers.get('www-authenticate')?.split(' ')[0]]
    }

    expect(await ask('wrong', rest)).to.deep.equal([401, 'Basic'])
    expect(await ask(secret, { ...rest, grant_type: 'unknown' })).to.deep.equal([400, undefined])
    op.provider.registerGrantType(
      ECHO,
      ({ oidc: { params } }) => {
        throw params?.['told'] === 'token' ? new errors.InvalidToken('x') : new errors.InvalidClient('x')
      },
      ['told'],
    )
    expect(await ask(secret, { ...rest, told: 'token' })).to.deep.equal([401, undefined])
    expect(await ask(secret, { ...rest, told: 'client' })).to.deep.equal([400, undefined])
  })
})
