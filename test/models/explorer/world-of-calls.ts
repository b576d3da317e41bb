// The world as a handler of a model sees it: every call of a port is handed to whoever explores, and waits for an answer.
import { afterBy } from '../../after-by-sleep.ts'
import { CallError } from '../../../shared/call-error.ts'
import type {
  Clock,
  Kubernetes,
  SnapshotReader,
  Store,
  StoredDocument,
  Transaction,
  World,
  Write,
} from '../../../shared/ports.ts'
import type { MakeCall } from './process.ts'

/** What a transaction asks for at its end. */
export interface Commit {
  readonly writes: readonly Write[]
  /** Documents that it read, by path; undefined where there was none. */
  readonly read: readonly (readonly [string, string | undefined])[]
}

const ofKubernetes = [
  'get',
  'list',
  'create',
  'patch',
  'delete',
  'deleteAll',
] as const satisfies readonly (keyof Kubernetes)[]

export function worldOfCalls(make: MakeCall, clock: Pick<Clock, 'now' | 'random'>): World {
  const methodOf =
    (port: string, method: string) =>
    (...args: unknown[]) =>
      make({ port, method, args })
  const port = (name: string) =>
    new Proxy(
      {},
      {
        get: (_, method) =>
          typeof method === 'string' && method !== 'then' ? methodOf(name, method) : undefined,
      },
      // Whatever is called is answered by the model, or is an error of it.
    ) as never
  const sleep: Clock['sleep'] = async (ms, signal) => {
    const until = clock.now() + ms
    await make({ port: 'clock', method: 'sleep', args: [ms], until, ...(signal ? { signal } : {}) })
  }
  return {
    project: 'kindling',
    store: storeOfCalls(make),
    bus: port('bus'),
    clock: { ...clock, sleep, after: afterBy(sleep) },
    log: () => undefined,
    gke: () => port('gke'),
    network: () => port('network'),
    // Wrapped by copying its methods.
    kubernetes: () =>
      Object.fromEntries(
        ofKubernetes.map((method) => [method, methodOf('kubernetes', method)]),
      ) as never,
  }
}

function storeOfCalls(make: MakeCall): Store {
  const ask = (method: string, ...args: unknown[]) => make({ port: 'store', method, args })
  // Answers are those of the model's store, which keeps to the port.
  return {
    get: (path) => ask('get', path) as Promise<StoredDocument | undefined>,
    list: (collection, options = {}) =>
      ask('list', collection, options) as Promise<StoredDocument[]>,
    find: (query) => ask('find', query) as Promise<StoredDocument[]>,
    commit: (writes) => ask('commit', writes) as Promise<boolean>,
    async snapshot(body) {
      const at = (await ask('snapshot')) as number
      return body(reader(make, at, () => undefined))
    },
    transaction: (body) => transaction(make, body),
  }
}

function reader(
  make: MakeCall,
  at: number,
  onRead: (path: string, version: string | undefined) => void,
): SnapshotReader {
  const inside = (method: string, ...args: unknown[]) =>
    make({ port: 'store', method, args, isInside: true })
  return {
    async get(path) {
      const found = (await inside('get', path)) as StoredDocument | undefined
      onRead(path, found?.version)
      return found
    },
    async list(collection, options = {}) {
      const found = (await inside('list', collection, options)) as StoredDocument[]
      for (const { path, version } of found) onRead(path, version)
      return found
    },
    readTime: () => at,
  }
}

/** One move, unless it lists: a list does not guard against what is created before its end, which is then a move of its own. */
async function transaction<T>(
  make: MakeCall,
  body: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  for (;;) {
    const at = (await make({ port: 'store', method: 'transaction', args: [] })) as number
    const read = new Map<string, string | undefined>()
    const writes: Write[] = []
    let hasListed = false
    const seen = reader(make, at, (path, version) => read.set(path, version))
    const result = await body({
      ...seen,
      list(collection, options) {
        hasListed = true
        return seen.list(collection, options)
      },
      create: (path, data) => void writes.push({ op: 'create', path, data }),
      update: (from, data) => void writes.push({ op: 'update', from, data }),
      delete: (from) => void writes.push({ op: 'delete', from }),
    })
    if (writes.length === 0) return result
    const commit: Commit = { writes, read: [...read] }
    const args = [commit]
    const became = await make({ port: 'store', method: 'end', args, isInside: !hasListed })
    if (became === 'stored') return result
    if (became === 'exists' || became === 'conflict') throw new CallError(became, 'store: refused')
  }
}
