import serverless from 'serverless-http'
import { makeProvider, port } from './provider.ts'

// Storage, keys and cookie secrets have to be outside of the function: each instance is a process of its own.
const provider = makeProvider(process.env['ISSUER'] ?? `http://localhost:${port}`)

// API Gateway ends TLS, and says so in headers.
provider.proxy = true

export const handler = serverless(provider.app)
