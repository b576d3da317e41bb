// How many deliveries, one after the other, lead to a pod: each invocation knows how many led to itself, and the attempts that
// it creates lead to one more.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { InProcessOptions, InProcessStack } from '../../infra/local/stack/in-process.ts'
import { aroundWorld } from '../../shared/around.ts'
import type { World } from '../../shared/ports.ts'

export interface DeliveryChain {
  readonly options: Pick<InProcessOptions, 'wrapWorld' | 'hostKnobs'>
  /** Before anything is published. */
  follow(stack: InProcessStack): void
  /** The most that led to any pod so far; 0 without one. */
  longest(): number
}

export function deliveryChain(): DeliveryChain {
  const invocation = new AsyncLocalStorage<{ deliveries: number }>()
  const ofAttempts = new Map<string, number>()
  let longest = 0
  let world: World | undefined
  return {
    options: {
      wrapWorld(bare) {
        world = aroundWorld(bare, ({ port, method, args: [what] }, proceed) => {
          const own = invocation.getStore()
          const before = typeof what === 'string' ? ofAttempts.get(what) : undefined
          if (own && port === 'store' && method === 'get' && before) own.deliveries = before + 1
          if (own && port === 'kubernetes' && method === 'create' && isPod(what))
            longest = Math.max(longest, own.deliveries)
          return proceed()
        })
        return world
      },
      hostKnobs: {
        async process(_, run) {
          if (world) await invocation.run({ deliveries: 1 }, run, world)
        },
      },
    },
    follow: ({ store }) =>
      store.onWritten(({ type, path }) => {
        const own = invocation.getStore()
        if (own && type === 'created' && path.includes('/attempts/'))
          ofAttempts.set(path, own.deliveries)
      }),
    longest: () => longest,
  }
}

function isPod(what: unknown): boolean {
  return typeof what === 'object' && what !== null && 'kind' in what && what.kind === 'Pod'
}
