import { type HttpBindings, serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`http://localhost:${port}/oidc`)
const handle = provider.callback()
const app = new Hono<{ Bindings: HttpBindings }>()

app.all('/oidc/*', async (c) => {
  await handle(c.env.incoming, c.env.outgoing)
  return RESPONSE_ALREADY_SENT
})
app.get('/', (c) => c.text('the host\n'))
serve({ fetch: app.fetch, port })
