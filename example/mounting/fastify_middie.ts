import middie from '@fastify/middie'
import Fastify from 'fastify'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`http://localhost:${port}/oidc`)
const fastify = Fastify()

fastify.register(async (scope) => {
  await scope.register(middie)
  scope.use('/oidc', provider.callback())
  // Middleware runs where there is a route.
  scope.all('/oidc/*', async (_request, reply) => reply.callNotFound())
})
fastify.get('/', async () => 'the host\n')
void fastify.listen({ port })
