/** What rooms add to the types of others; imported for that, so that the declarations of the package have it, too. */
import './ciba/members.ts'
import './client_credentials/members.ts'
import './device_flow/members.ts'
import './dpop/members.ts'
import './fapi/members.ts'
import './pushed_authorization_requests/members.ts'
import './registration/members.ts'
