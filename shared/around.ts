// Something to do around every call of a port: counting, deadlines, faults. The one place that wraps ports.
import type { World } from './ports.ts'

export interface Call {
  /** `gke`, `network`, `kubernetes`, `bus`, `store`. */
  readonly port: string
  readonly method: string
  readonly args: readonly unknown[]
}

export type Hook = (call: Call, proceed: () => Promise<unknown>) => Promise<unknown>

/** The same port, with `hook` around each call. What is not a promise (a watch) passes untouched. */
export function around<Port extends object>(name: string, port: Port, hook: Hook): Port {
  return new Proxy(port, {
    get(target, method, receiver) {
      const member: unknown = Reflect.get(target, method, receiver)
      if (typeof member !== 'function' || typeof method !== 'string') return member
      return (...args: unknown[]): unknown => {
        // Every method of a port but a watch answers a promise.
        const proceed = (): Promise<unknown> => Reflect.apply(member, target, args)
        return method === 'watch' ? proceed() : hook({ port: name, method, args }, proceed)
      }
    },
  })
}

/** The same world, with `hook` around each call of its ports. */
export function aroundWorld(world: World, hook: Hook): World {
  return {
    ...world,
    store: around('store', world.store, hook),
    bus: around('bus', world.bus, hook),
    gke: (workspace) => around('gke', world.gke(workspace), hook),
    network: (workspace) => around('network', world.network(workspace), hook),
    kubernetes: (workspace, endpoint) =>
      around('kubernetes', world.kubernetes(workspace, endpoint), hook),
  }
}
