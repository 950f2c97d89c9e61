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

/** Whether the path of a route is that of all its requests. */
const isExact = (path: string): boolean => /^[\w./-]*$/.test(path)

type Run = ReturnType<typeof runAction>

/** A path of ours with a method it does not have, whatever else the path would match. @see RFC 9110 §15.5.6 */
const refuseMethod =
  (allowed: readonly string[]): Run =>
  async (koa) => {
    koa.status = 405
    koa.set('allow', allowed.join(', '))
    koa.set('x-content-type-options', 'nosniff')
  }

/** The endpoints by their paths. */
export class Routes {
  /** Finds those whose paths have parts of their own, and refuses methods that an endpoint does not have. */
  readonly router = new Router({ sensitive: true })
  /** By method and path. */
  readonly #exact = new Map<string, Run>()
  /** By path: what answers the other methods. */
  readonly #refusals = new Map<string, Run>()

  constructor(actions: readonly PlacedAction[], paths: ReadonlyMap<string, string>, rt: Runtime) {
    const allowed = new Map<string, string[]>()
    for (const action of actions) {
      const path = paths.get(action.name) ?? ''
      const run = runAction(action, rt)
      this.router.register(path, [...action.methods], run, { name: action.name })
      if (!isExact(path)) continue
      const methods = action.methods.includes('GET') ? [...action.methods, 'HEAD'] : action.methods
      for (const method of methods) this.#exact.set(`${method} ${path}`, run)
      allowed.set(path, [...(allowed.get(path) ?? []), ...methods])
    }
    for (const [path, methods] of allowed) this.#refusals.set(path, refuseMethod(methods))
  }

  /** The endpoint at this very path; `undefined` leaves the request to the router. */
  find(method: string, path: string): Run | undefined {
    return this.#exact.get(`${method} ${path}`) ?? this.#refusal(method, path)
  }

  #refusal(method: string, path: string): Run | undefined {
    return method === 'OPTIONS' ? undefined : this.#refusals.get(path)
  }
}
