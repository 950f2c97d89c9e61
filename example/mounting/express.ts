import express from 'express'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`http://localhost:${port}/oidc`)
const app = express()

// RFC 8414 §3.1: this document stands in front of the path of the issuer.
app.get('/.well-known/oauth-authorization-server/oidc', (req, _res, next) => {
  req.url = '/oidc/.well-known/oauth-authorization-server'
  next()
})
app.use('/oidc', provider.callback())
app.get('/', (_req, res) => {
  res.send('the host\n')
})
app.listen(port)
