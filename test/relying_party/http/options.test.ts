import { Agent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { expect } from 'chai'
import {
  type Client,
  custom,
  errors,
  type HttpOptions,
  type HttpRequestOptions,
  Issuer,
} from '../../../lib/relying_party/index.ts'
import { failureOf } from '../../support/failure_of.ts'
import { startServer, stopServers } from '../../support/local_server.ts'

const { OPError, RPError } = errors

describe('options of requests of the relying party', () => {
  afterEach(stopServers)

  const clientOf = (origin: string, more: object = {}): Client => {
    const issuer = new Issuer({ issuer: origin, token_endpoint: `${origin}/token`, ...more })
    return new issuer.Client({ client_id: 'rp', token_endpoint_auth_method: 'none' })
  }

  /** A client of a server that answers this, with options of the host. */
  async function asking(
    options: HttpOptions | ((options: HttpRequestOptions) => HttpOptions),
    answer: Parameters<typeof startServer>[0] = (_req, res) => res.end('{"access_token":"token"}'),
  ) {
    const bodies: string[] = []
    const server = await startServer((req, res) => {
      let body = ''
      req.on('data', (chunk) => {
        body += String(chunk)
      })
      req.on('end', () => {
        bodies.push(body)
        answer(req, res)
      })
    })
    const client = clientOf(server.origin)
    client[custom.http_options] = typeof options === 'function' ? options : () => options
    return { client, server, bodies, ask: () => client.requestResource(`${server.origin}/api`, 'token') }
  }

  describe('headers', () => {
    it('F391 of the host take the place of all of ours', async () => {
      const { ask, server } = await asking({ headers: { 'x-own': ['a', 'b'], 'x-none': undefined } })
      await ask()
      const [request] = server.requests
      expect(request?.headers).to.include({ 'x-own': 'a, b' })
      expect(request?.headers).not.to.include.any.keys('authorization', 'user-agent', 'x-none')
    })

    it('F391 stay where the host says nothing of them', async () => {
      const { ask, client, server } = await asking({ timeout: 1000 })
      await ask()
      client[custom.http_options] = () => ({ headers: undefined })
      await ask()
      for (const { headers } of server.requests)
        expect(headers).to.include({ authorization: 'Bearer token', 'user-agent': 'openid-provider' })
    })

    it('F391 a function that returns nothing changes what it was given', async () => {
      const { ask, server } = await asking((options) => {
        options.headers['X-Own'] = 'yes'
        return Object(undefined)
      })
      await ask()
      expect(server.requests[0]?.headers).to.include({ 'x-own': 'yes', authorization: 'Bearer token' })
    })

    it('F390 name the type of what is sent, where the host has not named another', async () => {
      const { client, server } = await asking({})
      await client.grant({ grant_type: 'x' })
      expect(server.requests[0]?.headers['content-type']).to.equal('application/x-www-form-urlencoded')
      client[custom.http_options] = ({ headers }) => ({
        headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      })
      await client.grant({ grant_type: 'x' })
      expect(server.requests[1]?.headers['content-type']).to.equal(
        'application/x-www-form-urlencoded; charset=utf-8',
      )
    })

    it('F390 of a registration say that it is JSON (RFC 7591 §3.1)', async () => {
      const server = await startServer((_req, res) => res.writeHead(201).end('{"client_id":"new"}'))
      const issuer = new Issuer({ issuer: server.origin, registration_endpoint: server.origin })
      await issuer.Client.register({ redirect_uris: [] })
      expect(server.requests[0]?.headers).to.include({
        'content-type': 'application/json',
        accept: 'application/json',
      })
    })
  })

  describe('bodies', () => {
    it('F391 are written from what the host made of the form, or of anything', async () => {
      const { client, bodies } = await asking(({ form }) => ({
        ...Object({ form: { ...form, own: [1, 2] } }),
      }))
      await client.grant({ grant_type: 'x' })
      client[custom.http_options] = () => Object({ form: undefined, json: { a: 1 } })
      await client.grant({ grant_type: 'x' })
      client[custom.http_options] = () => Object({ form: undefined, body: 'as it is' })
      await client.grant({ grant_type: 'x' })

      expect(bodies).to.deep.equal(['grant_type=x&client_id=rp&own=1&own=2', '{"a":1}', 'as it is'])
    })

    it('F377 leave out what is null or undefined, and write objects as JSON', async () => {
      const { client, bodies } = await asking({})
      await client.grant({ grant_type: 'x', a: null, b: undefined, c: { d: null }, e: false, f: 0, g: '' })
      expect(new URLSearchParams(bodies[0]).toString()).to.equal(
        'grant_type=x&c=%7B%22d%22%3Anull%7D&e=false&f=0&g=&client_id=rp',
      )
    })

    it('F390 hooks see what was written, may change it, and come after the function of the host', async () => {
      const seen: unknown[] = []
      const { client, bodies } = await asking({
        hooks: {
          beforeRequest: [
            async (options) => {
              seen.push(options.body)
              options.body = 'changed'
            },
            (options) => {
              seen.push(options.body)
            },
          ],
        },
      })
      await client.grant({ grant_type: 'x' })
      expect([seen, bodies]).to.deep.equal([['grant_type=x&client_id=rp', 'changed'], ['changed']])
    })

    it('F390 a hook decides what the answer is', async () => {
      const { client } = await asking({
        hooks: { afterResponse: [async (response) => ({ ...response, statusCode: 418 })] },
      })
      const error = await failureOf(client.grant({ grant_type: 'x' }), OPError)
      expect(error.message).to.match(/got: 418/)
    })

    it('F390 have a limit, which the host may move (RFC 9700 §4.11)', async () => {
      const { ask, client } = await asking({ responseBodyLimit: 10 }, (_req, res) => res.end('0123456789'))
      expect(String((await ask()).body)).to.equal('0123456789')
      client[custom.http_options] = () => ({ responseBodyLimit: 9 })
      await failureOf(ask(), RPError)
    })
  })

  describe('answers', () => {
    it('F380 say their status by number and name, and where they came from', async () => {
      const { ask, server } = await asking({}, (_req, res) =>
        res.writeHead(404, { 'X-Mixed': 'Case' }).end('no'),
      )
      const answer = await ask()
      expect(answer).to.include({ statusCode: 404, statusMessage: 'Not Found', url: `${server.origin}/api` })
      expect(answer.headers).to.include({ 'x-mixed': 'Case' })
      expect(answer.request.options).to.deep.include({ method: 'GET', url: new URL(`${server.origin}/api`) })
    })

    it('F380 may have a status without a name', async () => {
      const { ask, client } = await asking({}, (_req, res) => res.writeHead(599).end())
      expect((await ask()).statusMessage).to.equal('')
      const error = await failureOf(client.grant({ grant_type: 'x' }), OPError)
      expect(error.message).to.equal('expected 200 OK, got: 599 ')
    })

    for (const [what, status, body, challenge, told] of [
      ['in the body', 400, '{"error":"a","error_description":"b"}', undefined, 'a (b)'],
      ['in the body before the challenge', 401, '{"error":"a"}', 'Bearer error="c"', 'a'],
      ['in the challenge', 401, '', 'Bearer error="c", error_description="d"', 'c (d)'],
      ['in the second challenge', 401, '', 'Basic realm="x", DPoP error="c"', 'c'],
      ['in the challenge, for the body has none', 401, '{"error":""}', 'Bearer error="c"', 'c'],
      ['in the challenge, for the body is none', 401, '[]', 'Bearer error="c"', 'c'],
      ['nowhere', 401, '{"error":5}', 'Basic realm="x"', 'expected 200 OK, got: 401 Unauthorized'],
      [
        'nowhere near',
        401,
        '',
        `Bearer ${' '.repeat(4096)}error="c"`,
        'expected 200 OK, got: 401 Unauthorized',
      ],
    ] as const) {
      it(`F397 an error is read ${what} (RFC 6749 §5.2, RFC 6750 §3)`, async () => {
        const { client } = await asking({}, (_req, res) =>
          res.writeHead(status, challenge === undefined ? {} : { 'www-authenticate': challenge }).end(body),
        )
        const error = await failureOf(client.grant({ grant_type: 'x' }), OPError)
        expect(error.message).to.equal(told)
        expect(error.response?.statusCode).to.equal(status)
      })
    }

    it('F397 an error keeps all of its parameters that are text', async () => {
      const said = {
        error: 'a',
        error_description: 'b',
        error_uri: 'c',
        state: 'd',
        scope: 'e',
        session_state: 'f',
      }
      const { client } = await asking({}, (req, res) => {
        const wrong = Object.fromEntries(Object.keys(said).map((name) => [name, name === 'error' ? 'a' : 5]))
        res.writeHead(400).end(JSON.stringify(req.headers['x-wrong'] === undefined ? said : wrong))
      })
      expect(await failureOf(client.grant({ grant_type: 'x' }), OPError)).to.include({
        ...said,
        name: 'OPError',
      })
      client[custom.http_options] = ({ headers }) => ({ headers: { ...headers, 'x-wrong': 'yes' } })
      const error = await failureOf(client.grant({ grant_type: 'x' }), OPError)
      expect(error).to.include({ error: 'a', message: 'a' })
      for (const name of ['error_description', 'error_uri', 'state', 'scope', 'session_state'] as const)
        expect(error[name]).to.equal(undefined)
    })
  })

  describe('deadlines and repetitions', () => {
    it('F390 a timeout may be named as one of several', async () => {
      const { ask, client } = await asking({ timeout: { request: 40 } }, () => {})
      expect((await failureOf(ask(), RPError)).message).to.equal('outgoing request timed out after 40ms')
      client[custom.http_options] = () => ({ timeout: { request: undefined }, signal: AbortSignal.abort() })
      expect((await failureOf(ask(), RPError)).message).not.to.match(/timed out/)
    })

    it('F390 a repetition ends with the signal of the host', async () => {
      const stop = new AbortController()
      const { ask, server } = await asking({ retry: 5, signal: stop.signal }, (req) => {
        stop.abort()
        req.socket.destroy()
      })
      await failureOf(ask(), RPError)
      expect(server.requests).to.have.length(1)
    })

    for (const [what, retry, requests] of [
      ['are none by default', undefined, 1],
      ['are as many as the host says', 3, 4],
      ['are as many as the host says in an object', { limit: 2 }, 3],
      ['are none where an object says nothing', {}, 1],
      ['are ten at most', 100, 11],
    ] as const) {
      it(`F390 repetitions ${what}`, async () => {
        const { ask, server } = await asking({ retry }, (req) => req.socket.destroy())
        await failureOf(ask(), RPError)
        expect(server.requests).to.have.length(requests)
      })
    }

    it('F390 an answer that says no is one, and nothing is repeated', async () => {
      const { ask, server } = await asking({ retry: 5 }, (_req, res) => res.writeHead(404).end())
      expect((await ask()).statusCode).to.equal(404)
      expect(server.requests).to.have.length(1)
    })

    it('F390 an answer that is too long is not asked for again', async () => {
      const { ask, server } = await asking({ retry: 5, responseBodyLimit: 1 })
      await failureOf(ask(), RPError)
      expect(server.requests).to.have.length(1)
    })

    it('F390 what can never be sent is not tried again', async () => {
      const { client, server } = await asking({ retry: 5 })
      const credentials = server.origin.replace('//', '//user:password@')
      const { message } = await failureOf(client.requestResource(credentials, 'token'), RPError)
      expect(message).to.match(/credentials in URLs/)
      expect(server.requests).to.have.length(0)
    })

    it('F390 HEAD is followed and repeated like GET', async () => {
      let broken = true
      const server = await startServer((req, res) => {
        if (broken) req.socket.destroy()
        else if (req.url === '/there') res.end()
        else res.writeHead(302, { location: '/there' }).end()
        broken = false
      })
      const client = clientOf(server.origin)
      client[custom.http_options] = () => ({ retry: 1, followRedirect: true })
      const { statusCode } = await client.requestResource(server.origin, 't', { method: 'HEAD' })
      expect([statusCode, server.requests.map(({ method }) => method)]).to.deep.equal([
        200,
        ['HEAD', 'HEAD', 'HEAD'],
      ])
    })
  })

  describe('redirects', () => {
    it('F390 are answers where the host says nothing (RFC 9700 §4.11)', async () => {
      const { ask, server } = await asking({}, (_req, res) =>
        res.writeHead(302, { location: '/there' }).end(),
      )
      expect((await ask()).statusCode).to.equal(302)
      expect(server.requests).to.have.length(1)
    })

    it('F390 are as many as the host says', async () => {
      const { ask, client, server } = await asking({ followRedirect: true, maxRedirects: 2 }, (_req, res) =>
        res.writeHead(302, { location: '/again' }).end(),
      )
      const error = await failureOf(ask(), RPError)
      expect(error.message).to.equal('too many redirects')
      expect(error.response?.statusCode).to.equal(302)
      expect(server.requests).to.have.length(3)
      client[custom.http_options] = () => ({ followRedirect: true, maxRedirects: 0 })
      await failureOf(ask(), RPError)
      expect(server.requests).to.have.length(4)
    })

    it('F390 lead nowhere without a place (RFC 9110 §10.2.2)', async () => {
      const { ask } = await asking({ followRedirect: true }, (_req, res) => res.writeHead(302).end())
      expect((await ask()).statusCode).to.equal(302)
    })

    it('F390 are not followed with what a POST sends (RFC 9110 §15.4.8)', async () => {
      const { client, server } = await asking({ followRedirect: true }, (_req, res) =>
        res.writeHead(307, { location: '/there' }).end(),
      )
      await failureOf(client.grant({ grant_type: 'x' }), OPError)
      expect(server.requests).to.have.length(1)
    })
  })

  describe('agents', () => {
    class Counting extends Agent {
      used = 0
      override createConnection(...given: Parameters<Agent['createConnection']>) {
        this.used += 1
        return super.createConnection(...given)
      }
    }

    it('F390 one for both, or one for each scheme', async () => {
      const [alone, plain] = [new Counting(), new Counting()]
      const { ask, client } = await asking({ agent: alone })
      await ask()
      client[custom.http_options] = () => ({ agent: { http: plain, https: new HttpsAgent() } })
      await ask()
      client[custom.http_options] = () => ({ agent: { https: new HttpsAgent() } })
      await ask()
      client[custom.http_options] = () => ({ agent: { http: plain } })
      await ask()
      expect([alone.used, plain.used]).to.deep.equal([1, 2])
    })
  })

  describe('addresses for special use (RFC 6890)', () => {
    it('F391 are refused where an issuer on loopback is not http, and where the host says so', async () => {
      const server = await startServer((_req, res) => res.end('{}'))
      const secure = clientOf('https://127.0.0.1:1')
      expect((await failureOf(secure.requestResource(server.origin, 't'), RPError)).message).to.match(
        /special-use/,
      )
      const own = clientOf(server.origin)
      own[custom.http_options] = () => ({ allowSpecialUseAddresses: false })
      expect((await failureOf(own.requestResource(server.origin, 't'), RPError)).message).to.match(
        /special-use/,
      )
      expect(server.requests).to.have.length(0)
    })

    it('F391 are refused for an issuer that is http elsewhere', async () => {
      const server = await startServer((_req, res) => res.end('{}'))
      const client = clientOf('http://op.example.com')
      const error = await failureOf(client.requestResource(server.origin, 't'), RPError)
      expect(error.message).to.match(/special-use/)
      expect(server.requests).to.have.length(0)
    })

    it('F391 are refused for an issuer that is no URL', async () => {
      const server = await startServer((_req, res) => res.end('{}'))
      const client = clientOf('accounts.example.com')
      expect((await failureOf(client.requestResource(server.origin, 't'), RPError)).message).to.match(
        /special-use/,
      )
    })
  })
})
