import { createServer } from 'node:http'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`http://localhost:${port}`)
createServer(provider.callback()).listen(port)
