// What may be taken away.
import { runPath } from '../../../shared/domain/paths.ts'
import { minutes } from '../../../shared/domain/time.ts'
import type { Fields } from '../../../shared/ports.ts'
import type { Call } from '../../../shared/around.ts'
import { ownerOf } from '../rest.ts'
import type { Watch } from '../watch.ts'
import type { Invariant } from './invariant.ts'

/** The name of what a call destroys, of things that are dear: machines, networks, namespaces. */
function destroyedBy({ port, method, args }: Call): string | undefined {
  const last: unknown = method === 'delete' && port === 'network' ? args[1] : args.at(-1)
  if (port === 'gke' && method.startsWith('delete')) return textOf(args.at(-1))
  if (port === 'network' && method === 'delete') return textOf(last)
  if (port !== 'kubernetes' || method !== 'delete') return undefined
  const [ref] = args as [{ kind?: unknown; name?: unknown }]
  return ref.kind === 'Namespace' ? textOf(ref.name) : undefined
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined

/** The ledger entry that a name belongs to. */
function entryOf({ documents }: Watch, name: string): { path: string; data: Fields } | undefined {
  for (const [path, data] of documents)
    if (path.includes('/ledger/') && isNamedIn(data['input'] ?? null, name)) {
      const { step } = data['item'] as { step: string }
      if (OWN[step]?.test(name)) return { path, data }
    }
  return undefined
}

/** The GKE cluster that a pool stands in is not the pool. */
function isNamedIn(input: unknown, name: string): boolean {
  const { gkeCluster, ...own } = (input ?? {}) as { readonly gkeCluster?: unknown }
  const isHost = gkeCluster === name
  return !isHost && JSON.stringify(own).includes(`"${name}"`)
}

/** What each step's thing is called, so that one that only stands on it is not taken for it. */
const OWN: Readonly<Record<string, RegExp>> = {
  network: /-net-\d+$/,
  subnet: /-subnet-\d+$/,
  'router-nat': /-router-\d+$/,
  firewall: /-fw-/,
  'gke-cluster': /^kdl-[a-z0-9]+-[a-z]+-[a-z0-9]{8}-\d+$/,
  'node-pool': /./,
  'pool-shard': /./,
  namespace: /^kdl-c/,
}

export const nothingDestroyedWithoutIntent: Invariant = {
  id: 'I6',
  name: 'nothing is destroyed without a record that says so',
  matters:
    'Whatever else goes wrong can be made right later; what was deleted by mistake is gone with the work in it.',
  during(watch) {
    watch.onCall((call, invocation) => {
      const name = destroyedBy(call)
      const entry = name === undefined ? undefined : entryOf(watch, name)
      if (name === undefined || !entry) return
      const owner = ownerOf(entry.path)
      const generation = watch.documents.get(owner)?.['generation']
      const run = watch.documents.get(`${owner}/runs/${String(generation)}`)
      const { items = [] } = (run?.['plan'] ?? {}) as { items?: readonly { key: string }[] }
      const key = entry.path.split('/').at(-1)
      if (run?.['direction'] === 'up' && items.some((item) => item.key === key))
        watch.report(
          owner,
          `${invocation} deletes ${name}, which generation ${String(generation)} wants`,
        )
    })
  },
}

export const nothingBusyEnds: Invariant = {
  id: 'I7',
  name: 'no cluster ends for idleness while work that it accepted goes on, nor within its limit of what its user asked',
  matters:
    'A job that is killed to save money costs its owner hours, and the next one is run elsewhere.',
  during({ onWrite, report, isBusy, documents, now }) {
    onWrite(({ path, before, after }) => {
      if (after?.['state'] !== 'TERMINATING' || before?.['state'] === 'TERMINATING') return
      const { code } = (after['reason'] ?? {}) as { code?: string }
      if (code !== 'INACTIVITY' || !before) return
      if (isBusy(path)) report(path, 'was ended as idle, and works')
      const left = now() - askedAt(before, documents.get(runOf(path, before)))
      if (left < limitOf(before))
        report(path, `was ended as idle ${left} ms after it was asked for`)
    })
  },
}

const runOf = (path: string, { generation }: Fields): string => runPath(path, Number(generation))

/** When its user asked for the cluster as it is; that Kindling follows the load asks for nothing. */
function askedAt({ autoscaled }: Fields, run: Fields | undefined): number {
  const [own] = (autoscaled ?? []) as readonly { at: unknown }[]
  return run && run['createdAt'] !== own?.at ? Number(run['createdAt']) : 0
}

function limitOf({ spec }: Fields): number {
  const { autoterminationMinutes = 0 } = (spec ?? {}) as { autoterminationMinutes?: number }
  return minutes(autoterminationMinutes)
}
