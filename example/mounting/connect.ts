import connect from 'connect'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`http://localhost:${port}/oidc`)
const app = connect()

app.use('/oidc', provider.callback())
app.use('/', (_req, res) => res.end('the host\n'))
app.listen(port)
