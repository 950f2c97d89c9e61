import hapi from '@hapi/hapi'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`http://localhost:${port}/oidc`)
const serve = provider.callback()
const server = hapi.server({ port })

server.route({
  method: '*',
  path: '/oidc/{any*}',
  // The provider reads bodies itself.
  options: { payload: { output: 'stream', parse: false } },
  async handler({ raw: { req, res } }, h) {
    await serve(req, res)
    return h.abandon
  },
})
server.route({ method: 'GET', path: '/', handler: () => 'the host\n' })
void server.start()
