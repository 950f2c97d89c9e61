import { InvalidRequest } from '../helpers/errors.ts'
import { parseJsonObject, plainObject } from '../helpers/parse_json_object.ts'
import type { Ctx } from './context.ts'
import { readBody } from './read_body.ts'
import { BODY } from './reasons/engine_reasons.ts'
import type { Runtime, Step } from './runtime.ts'

async function receiveObject(ctx: Ctx, rt: Runtime): Promise<Record<string, unknown>> {
  const body = await readBody(ctx, rt, 'application/json')
  if (body.kind === 'none')
    throw new InvalidRequest('request body must be a JSON object').because(BODY.not_json)
  try {
    return body.kind === 'text' ? parseJsonObject(body.text) : plainObject(body.fields)
  } catch (cause) {
    throw new InvalidRequest('request body must be a JSON object', 400, undefined, cause).because(
      BODY.not_json,
    )
  }
}

/** Reads a body that is a JSON object. @see RFC 7591 §3.1 */
export const readJson: Step = async (ctx, rt) => {
  const body = Object.freeze(await receiveObject(ctx, rt))
  ctx.oidc.bodyIs(() => body)
}
