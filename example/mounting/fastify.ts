import Fastify from 'fastify'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`http://localhost:${port}/oidc`)
const serve = provider.callback()
const fastify = Fastify()

fastify.register(async (scope) => {
  // The provider reads bodies itself.
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
  scope.all('/oidc/*', async (request, reply) => {
    reply.hijack()
    await serve(request.raw, reply.raw)
  })
})
fastify.get('/', async () => 'the host\n')
void fastify.listen({ port })
