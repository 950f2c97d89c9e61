import Router from '@koa/router'
import type { ResolvedConfiguration } from '../configuration/resolved_configuration.ts'
import { runAction } from '../engine/run_action.ts'
import type { Runtime } from '../engine/runtime.ts'
import type { PlacedAction } from './make_actions.ts'

/** Paths that follow from options of `routes`. */
function pathOf({ path }: PlacedAction, routes: ResolvedConfiguration['routes']): string {
  if (path.startsWith('/')) return path
  if (path === 'resume') return `${routes.authorization}/:uid`
  const [option = '', ...parts] = path.split('/')
  const configured: unknown = new Map(Object.entries(routes)).get(option)
  if (typeof configured !== 'string') throw new Error(`no option of routes is named ${option}`)
  return [configured, ...parts].join('/')
}

/** @throws TypeError when two actions share a name, or a method and a path */
export function namedRoutes(
  actions: readonly PlacedAction[],
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

/** Makes the middleware that picks and runs the action of a request. */
export function makeRouter(
  actions: readonly PlacedAction[],
  paths: ReadonlyMap<string, string>,
  rt: Runtime,
): Router {
  const router = new Router({ sensitive: true })
  for (const action of actions) {
    router.register(paths.get(action.name) ?? '', [...action.methods], runAction(action, rt), {
      name: action.name,
    })
  }
  return router
}
