// Does one move of a scenario: publishes a request, makes something go wrong in the cloud for a while, or gives a driver work.
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import { SYSTEM_NAMESPACE } from '../../shared/manifests/agent.ts'
import { labelKeys } from '../../shared/manifests/labels.ts'
import { sparkClustersIn } from './kubernetes-objects.ts'
import type { Reached } from './reach/reached.ts'
import type { Move } from './scenario.ts'
import type { Trace } from './trace.ts'
import type { WatchTower } from './watch.ts'

export async function makeMove(
  move: Move,
  stack: InProcessStack,
  trace: Trace,
  { tower, reach }: { readonly tower: WatchTower; readonly reach: Reached },
): Promise<void> {
  if (move.does === 'publish') {
    trace.add('move', `publish ${move.topic} about ${move.about}: ${move.text.slice(0, 300)}`)
    await stack.publish(move.topic, move.text)
    return
  }
  if (move.does === 'work') return work(move, stack, trace, tower)
  if (move.does === 'silence') return silence(move, stack, trace)
  const { fault, parameters, forMs } = move
  const shown = `${fault} ${JSON.stringify(parameters)}`
  try {
    trace.add('move', `${shown}: ${await stack.faults.set(fault, parameters)}`)
    reach.trouble(fault)
  } catch (error) {
    // It names what is not there at the moment.
    trace.add('move', `${shown}: ${String(error)}`)
    return
  }
  stack.world.clock
    .sleep(forMs)
    .then(() => stack.faults.clear(fault).then(() => trace.add('move', `${fault} is over`)))
    .catch(() => undefined)
}

/** A gateway lets nobody begin in a cluster that drains, so work comes only where there is none of that. */
function work(
  move: Extract<Move, { does: 'work' }>,
  stack: InProcessStack,
  trace: Trace,
  { busy }: WatchTower,
): void {
  for (const { namespace, isDraining } of namespacesOf(move.cluster, stack)) {
    // Done with is done with, drained or not.
    if (move.jobs > 0 && isDraining) continue
    trace.add('move', `${move.jobs} jobs in ${namespace}`)
    if (move.jobs > 0) busy.add(move.cluster)
    else busy.delete(move.cluster)
    stack.data.drivers.set(namespace, { runningJobs: move.jobs, openSessions: 0 })
  }
}

/** What it works on is nobody's business meanwhile: it has nothing to do before and after. */
function silence(
  { cluster, forMs }: Extract<Move, { does: 'silence' }>,
  stack: InProcessStack,
  trace: Trace,
): void {
  for (const { namespace } of namespacesOf(cluster, stack)) {
    trace.add('move', `the driver in ${namespace} answers nobody`)
    stack.data.drivers.set(namespace, undefined)
    stack.world.clock
      .sleep(forMs)
      .then(() => stack.data.drivers.set(namespace, { runningJobs: 0, openSessions: 0 }))
      .catch(() => undefined)
  }
}

/** Where a cluster's pods are: in one place, unless an earlier life of it is still going. */
function namespacesOf(
  path: string,
  stack: InProcessStack,
): { readonly namespace: string; readonly isDraining: boolean }[] {
  const [, account, , workspace, , cluster] = path.split('/')
  return [...stack.data.clusters.values()].flatMap((engine) =>
    sparkClustersIn(engine).flatMap(({ metadata, spec }) => {
      const { labels, namespace = SYSTEM_NAMESPACE } = metadata
      const isIt =
        labels?.[labelKeys.account] === account &&
        labels?.[labelKeys.workspace] === workspace &&
        labels?.[labelKeys.cluster] === cluster
      return isIt ? [{ namespace, isDraining: spec?.['drain'] !== undefined }] : []
    }),
  )
}
