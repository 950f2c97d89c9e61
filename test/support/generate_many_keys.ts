/** Makes so many small keys, in so little space for garbage, that garbage is collected in the middle of it. */
import { generateRsaJwk } from '../../lib/helpers/jose/development_keys.ts'

for (let made = 0; made < 2000; made += 1) generateRsaJwk(512)
