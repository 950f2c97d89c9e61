import { InvalidRequest } from '../helpers/errors.ts'
import {
  type Recognised,
  readParameters,
  repeatedParameter,
  repeats,
  type SentParameters,
} from '../helpers/http/parameters.ts'
import { parseUrlencoded } from '../helpers/http/urlencoded.ts'
import { whenKnown } from '../helpers/promises/when_known.ts'
import type { Ctx } from './context.ts'
import { readMediaType } from './media_type.ts'
import { type Body, readBody } from './read_body.ts'
import { BODY, PARAMETER } from './reasons/engine_reasons.ts'
import { malformedParameter } from './reasons/parameter_errors.ts'
import type { Runtime, Step } from './runtime.ts'

const FORM = 'application/x-www-form-urlencoded'
const BEYOND_ASCII = /[^\0-\x7f]/

function parse(text: string, where: string): SentParameters {
  try {
    return parseUrlencoded(text)
  } catch (cause) {
    throw new InvalidRequest(`request ${where} is malformed`, 400, undefined, cause).because(
      BODY.form_malformed,
    )
  }
}

/** Only who knows the encoding knows what an escape beyond ASCII stands for. @see RFC 6749 Appendix B */
function refuseBeyondAscii(sent: SentParameters): void {
  if (sent.some((pair) => BEYOND_ASCII.test(pair.join(''))))
    throw new InvalidRequest('request body must be in UTF-8').because(BODY.not_utf8)
}

/** @throws InvalidRequest for a recognised parameter that is no text, or an array where only one may be sent */
function checkParsed(name: string, value: unknown, { known, repeatable }: Recognised): void {
  if (!known.has(name) || value === undefined || value === null) return
  const texts = Array.isArray(value) && repeatable.has(name) ? value : [value]
  if (texts.every((text) => typeof text === 'string')) return
  if (Array.isArray(value) && !repeatable.has(name))
    throw new InvalidRequest(repeats(name)).because(PARAMETER.repeated, { seen: [name] })
  throw new InvalidRequest(`'${name}' parameter must be text`).because(PARAMETER.not_text, { seen: [name] })
}

/** Repeated fields arrive as arrays when the host's own parser has read the form. */
function fromParsed(fields: Readonly<Record<string, unknown>>, recognised: Recognised): SentParameters {
  return Object.entries(fields).flatMap(([name, value]) => {
    checkParsed(name, value, recognised)
    return [value].flat().flatMap((item): SentParameters => (typeof item === 'string' ? [[name, item]] : []))
  })
}

function sentBy(body: Body, recognised: Recognised): SentParameters {
  if (body.kind === 'none') return []
  if (body.kind === 'parsed') return fromParsed(body.fields, recognised)
  const sent = parse(body.text, 'body')
  if (body.asciiOnly) refuseBeyondAscii(sent)
  return sent
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

function takeForm(ctx: Ctx, rt: Runtime, body: Body): void {
  const sent = sentBy(body, rt.parameters)
  ctx.oidc.sent = sent
  ctx.oidc.bodyIs(() => toBody(sent))
}

/**
 * Reads the recognised parameters of a form; parameters in the query are never read. What any endpoint knows must not
 * repeat, also where this one ignores it: somebody in front may have read the other value.
 * @see RFC 6749 §3.2
 */
export const readForm: Step = (ctx, rt) =>
  whenKnown(readBody(ctx, rt, FORM), (body) => takeOnce(ctx, rt, body))

/** @throws InvalidRequest for the first parameter that cannot be used */
function takeOnce(ctx: Ctx, rt: Runtime, body: Body): void {
  takeForm(ctx, rt, body)
  const repeated = repeatedParameter(ctx.oidc.sent, rt.parameters)
  if (repeated !== undefined)
    throw new InvalidRequest(repeats(repeated)).because(PARAMETER.repeated, { seen: [repeated] })
  const read = readParameters(ctx.oidc.sent, ctx.oidc.recognised)
  const [malformed] = read.malformed
  if (malformed !== undefined) throw malformedParameter(...malformed)
  ctx.oidc.takeParameters(read)
}

/**
 * Reads the parameters of an authorization request: the query of a GET or the form of a POST, never both.
 * What is malformed is left out and refused once it is known where errors may go.
 * @see OpenID Connect Core 1.0 §3.1.2.1
 */
export const readQueryOrForm: Step = (ctx, rt) =>
  ctx.method === 'POST' ? readFormOf(ctx, rt) : readQuery(ctx)

function readFormOf(ctx: Ctx, rt: Runtime): void | Promise<void> {
  return whenKnown(readBody(ctx, rt, FORM), (body) => {
    takeForm(ctx, rt, body)
    ctx.oidc.takeParameters(readParameters(ctx.oidc.sent, ctx.oidc.recognised))
  })
}

function readQuery(ctx: Ctx): void {
  ctx.oidc.sent = parse(ctx.querystring, 'query')
  ctx.oidc.takeParameters(readParameters(ctx.oidc.sent, ctx.oidc.recognised))
}

/** Reads the form of a POST where there may be one; it holds nothing but the access token. */
export const readOptionalForm: Step = (ctx, rt) =>
  ctx.method === 'POST' && readMediaType(ctx)?.type === FORM ? readFormOf(ctx, rt) : readQuery(ctx)
