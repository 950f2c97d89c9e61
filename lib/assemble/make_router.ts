import Router from '@koa/router'
import type { Action } from '../actions/define_action.ts'
import { preflightFor } from '../actions/preflight.ts'
import { runAction } from '../actions/run_action.ts'
import type { ResolvedConfiguration } from '../configuration/resolved_configuration.ts'
import type { Runtime } from '../runtime.ts'
import type { Contributions } from './collect_features.ts'
import { fillSlots } from './fill_slots.ts'

/** Paths that follow from options of `routes`. */
function pathOf({ path }: Action, routes: ResolvedConfiguration['routes']): string {
  if (path.startsWith('/')) return path
  if (path === 'resume') return `${routes.authorization}/:uid`
  const [option = '', ...parts] = path.split('/')
  const configured: unknown = new Map(Object.entries(routes)).get(option)
  if (typeof configured !== 'string') throw new Error(`no option of routes is named ${option}`)
  return [configured, ...parts].join('/')
}

/** @throws TypeError when two actions share a name, or a method and a path */
export function namedRoutes(
  actions: readonly Action[],
  routes: ResolvedConfiguration['routes'],
): ReadonlyMap<string, string> {
  const paths = new Map<string, string>()
  const taken = new Set<string>()
  for (const action of actions) {
    const path = pathOf(action, routes)
    if (paths.has(action.name)) throw new TypeError(`route ${action.name} is contributed twice`)
    paths.set(action.name, path)
    for (const method of action.methods) {
      if (taken.has(`${method} ${path}`)) throw new TypeError(`routes: ${method} ${path} is used twice`)
      taken.add(`${method} ${path}`)
    }
  }
  return paths
}

/** The actions with the methods that the host wants served. @see OpenID Connect Core 1.0 §3.1.2.1 */
export function withMethods(actions: readonly Action[], servesPost: boolean): Action[] {
  return actions.map((action) => {
    if (servesPost || action.optionalPost !== true) return action
    return { ...action, methods: action.methods.filter((method) => method !== 'POST') }
  })
}

/** The actions and, for those that other origins may use, their preflights. */
export function withPreflights(actions: readonly Action[]): Action[] {
  return actions.flatMap((action) => (action.cors === undefined ? [action] : [action, preflightFor(action)]))
}

/** Makes the middleware that picks and runs the action of a request. */
export function makeRouter(
  actions: readonly Action[],
  paths: ReadonlyMap<string, string>,
  added: Contributions,
  rt: Runtime,
): Router {
  const router = new Router()
  for (const action of actions) {
    const more = added.params.get(action.name)
    const runnable = {
      name: action.name,
      safe: action.safe === true,
      methods: action.methods,
      recognised: {
        known: new Set([...(action.params ?? []), ...(more?.names ?? [])]),
        repeatable: new Set([...(action.repeatable ?? []), ...(more?.repeatable ?? [])]),
      },
      wraps: action.wraps,
      steps: fillSlots(action.steps, added.steps),
    }
    router.register(paths.get(action.name) ?? '', [...action.methods], runAction(runnable, rt), {
      name: action.name,
    })
  }
  return router
}
