// In a project of yours: from 'express'.
import express from 'express4'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`http://localhost:${port}/oidc`)
const app = express()

app.use('/oidc', provider.callback())
app.get('/', (_req, res) => {
  res.send('the host\n')
})
app.listen(port)
