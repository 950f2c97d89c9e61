import { authorization } from '../actions/authorization/authorization.ts'
import { resume } from '../actions/authorization/resume.ts'
import { authorizationServerMetadata, discovery } from '../actions/discovery/discovery.ts'
import { jwks } from '../actions/discovery/jwks.ts'
import { token } from '../actions/token/token.ts'
import type { Action } from '../engine/define_action.ts'
import { preflightFor } from '../engine/preflight.ts'
import type { RunnableAction } from '../engine/run_action.ts'
import type { Contributions } from './collect_features.ts'
import { fillSlots } from './fill_slots.ts'

const CORE_ACTIONS: readonly Action[] = [
  authorization,
  resume,
  token,
  jwks,
  discovery,
  authorizationServerMetadata,
]

/** An endpoint as it runs, and where. */
export interface PlacedAction extends RunnableAction {
  /** Option of `routes` that holds its path, or the path itself. */
  readonly path: string
}

function place(action: Action, added: Contributions): PlacedAction {
  const more = added.params.get(action.name)
  return {
    name: action.name,
    path: action.path,
    safe: action.safe === true,
    methods: action.methods,
    recognised: {
      known: new Set([...(action.params ?? []), ...(more?.names ?? [])]),
      repeatable: new Set([...(action.repeatable ?? []), ...(more?.repeatable ?? [])]),
    },
    wraps: action.wraps,
    steps: fillSlots(action.steps, added.steps),
  }
}

/** Leaves out the method that the host does not want served. @see OpenID Connect Core 1.0 §3.1.2.1 */
function withMethods(action: Action, servesPost: boolean): Action {
  if (servesPost || action.optionalPost !== true) return action
  return { ...action, methods: action.methods.filter((method) => method !== 'POST') }
}

/**
 * Every endpoint with its final list of steps; those that other origins may use have their preflight beside them.
 * @param servesPost whether authorization requests may come by POST
 */
export function makeActions(added: Contributions, servesPost: boolean): PlacedAction[] {
  return [...CORE_ACTIONS, ...added.actions]
    .map((action) => withMethods(action, servesPost))
    .flatMap((action) => (action.cors === undefined ? [action] : [action, preflightFor(action)]))
    .map((action) => place(action, added))
}
