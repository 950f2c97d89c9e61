import { provider } from '../../../provider.js'

// The provider reads bodies and answers by itself.
export const config = { api: { bodyParser: false, externalResolver: true } }

export default provider.callback()
