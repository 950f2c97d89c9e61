import { InvalidRequest } from '../helpers/errors.ts'
import { readParameters, type SentParameters } from '../helpers/http/parameters.ts'
import { parseUrlencoded } from '../helpers/http/urlencoded.ts'
import type { Ctx } from './context.ts'
import { readBody } from './read_body.ts'
import type { Runtime, Step } from './runtime.ts'

function parse(text: string, where: string): SentParameters {
  try {
    return parseUrlencoded(text)
  } catch (cause) {
    throw new InvalidRequest(`request ${where} is malformed`, 400, undefined, cause)
  }
}

/** Repeated fields arrive as arrays when the host's own parser has read the form. */
function fromParsed(fields: Readonly<Record<string, unknown>>): SentParameters {
  return Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().flatMap((item): SentParameters => (typeof item === 'string' ? [[name, item]] : [])),
  )
}

/** The form as an object; what was repeated is an array, so that nothing takes one of its values for the only one. */
function toBody(sent: SentParameters): Readonly<Record<string, unknown>> {
  const values = new Map<string, string[]>()
  for (const [name, value] of sent) {
    const earlier = values.get(name)
    if (earlier === undefined) values.set(name, [value])
    else earlier.push(value)
  }
  const members = [...values].map(([name, all]) => [name, all.length === 1 ? all[0] : Object.freeze(all)])
  return Object.freeze(Object.fromEntries(members))
}

async function receiveForm(ctx: Ctx, rt: Runtime): Promise<void> {
  const body = await readBody(ctx, rt, 'application/x-www-form-urlencoded')
  const sent =
    body.kind === 'text' ? parse(body.text, 'body') : body.kind === 'parsed' ? fromParsed(body.fields) : []
  ctx.oidc.sent = sent
  ctx.oidc.body = toBody(sent)
}

/** Reads the recognised parameters of a form. Parameters in the query are never read. @see RFC 6749 §3.2 */
export const readForm: Step = async (ctx, rt) => {
  await receiveForm(ctx, rt)
  const read = readParameters(ctx.oidc.sent, ctx.oidc.recognised)
  const [reason] = read.malformed.values()
  if (reason !== undefined) throw new InvalidRequest(reason)
  ctx.oidc.takeParameters(read)
}

/**
 * Reads the parameters of an authorization request: the query of a GET or the form of a POST, never both.
 * What is malformed is left out and refused once it is known where errors may go.
 * @see OpenID Connect Core 1.0 §3.1.2.1
 */
export const readQueryOrForm: Step = async (ctx, rt) => {
  if (ctx.method === 'POST') await receiveForm(ctx, rt)
  else ctx.oidc.sent = parse(ctx.querystring, 'query')
  ctx.oidc.takeParameters(readParameters(ctx.oidc.sent, ctx.oidc.recognised))
}

/** Reads the form of a POST where there may be one; it holds nothing but the access token. */
export const readOptionalForm: Step = async (ctx, rt) => {
  const isForm = ctx.is('urlencoded') === 'urlencoded' || Object.hasOwn(ctx.req, 'body')
  if (ctx.method === 'POST' && isForm) await receiveForm(ctx, rt)
  else ctx.oidc.sent = parse(ctx.querystring, 'query')
  ctx.oidc.takeParameters(readParameters(ctx.oidc.sent, ctx.oidc.recognised))
}
