import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'

// Your database: accounts, and who they are elsewhere.
const accounts = new Map()
const links = new Map()

/** Both: another issuer may know somebody else by this sub. */
const linkOf = ({ iss, sub }) => JSON.stringify([iss, sub])

export const findAccount = (_ctx, id) =>
  accounts.has(id) ? { accountId: id, claims: () => ({ sub: id, ...accounts.get(id).claims }) } : undefined

function add(claims, password) {
  const id = randomBytes(16).toString('base64url')
  const salt = randomBytes(16)
  const secret = password === undefined ? undefined : scryptSync(password, salt, 32)
  accounts.set(id, { claims, salt, secret })
  return id
}

/** Whom an account elsewhere is linked to. */
export const linkedAccount = (identity) => links.get(linkOf(identity))

/** From now on this account elsewhere signs in here as that one. */
export function link(identity, id) {
  links.set(linkOf(identity), id)
  return id
}

/** Somebody who is new here. What others say about an e-mail address is theirs to say, and not yet verified here. */
export const register = ({ email }) => add({ email, email_verified: false })

/** Whoever knows the password; slow it down in yours. */
export function authenticate(email, password) {
  for (const [id, { claims, salt, secret }] of accounts) {
    if (claims.email !== email || secret === undefined) continue
    if (timingSafeEqual(scryptSync(password, salt, 32), secret)) return id
  }
  return undefined
}

add({ email: 'carol@example.com', email_verified: true }, 'correct horse battery staple')
