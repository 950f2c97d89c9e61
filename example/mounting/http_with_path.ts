import { createServer } from 'node:http'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`http://localhost:${port}/oidc`)
const serve = provider.callback()
const isOurs = /^\/(?:oidc|\.well-known\/oauth-authorization-server\/oidc)(?:[/?]|$)/

createServer((req, res) => {
  if (isOurs.test(req.url ?? '')) return serve(req, res)
  return res.end('the host\n')
}).listen(port)
