// The timeline of a cluster's launch, read from its run, its ledger and its snapshot: what ran when, and what it waited for.
// Pure.
import type { LedgerEntry } from './ledger.ts'
import type { Observation } from './records.ts'
import type { Instant } from './time.ts'
import type { Phase } from './timeline.ts'

export interface Launch {
  /** When the request was published. */
  readonly requestedAt: Instant
  /** When it was accepted. */
  readonly acceptedAt: Instant
  readonly runningAt: Instant
  /** Of the cluster. */
  readonly ledger: readonly LedgerEntry[]
  /** Of its pools. */
  readonly pools: readonly { readonly pool: string; readonly ledger: readonly LedgerEntry[] }[]
  readonly observation: Observation | undefined
}

export function launchPhases(launch: Launch): Phase[] {
  const accepted: Phase = {
    step: 'request',
    title: 'Request accepted',
    startedAt: launch.requestedAt,
    endedAt: launch.acceptedAt,
    waitedFor: [],
    own: true,
  }
  const pools = poolPhases(launch)
  const steps = launch.ledger.flatMap((entry) => stepPhase(entry, launch.ledger))
  return [accepted, ...pools, ...steps, ...podPhases(launch, [...pools, ...steps])]
}

/** Only pools that this launch had to wait for. */
function poolPhases({ pools, acceptedAt }: Launch): Phase[] {
  return pools.flatMap(({ pool, ledger }) =>
    ledger
      .filter(({ doneAt = 0 }) => doneAt >= acceptedAt)
      .map(({ startedAt, doneAt = startedAt }) => ({
        step: `pool ${pool}`,
        title: `Node pool of ${pool}`,
        startedAt,
        endedAt: doneAt,
        waitedFor: ['request'],
        own: false,
      })),
  )
}

function stepPhase(entry: LedgerEntry, ledger: readonly LedgerEntry[]): Phase[] {
  const { item, startedAt, doneAt } = entry
  if (doneAt === undefined || item.awaits !== undefined) return []
  const after = ledger.filter((other) => item.after.includes(other.item.key))
  return [
    {
      step: nameOf(entry),
      title: nameOf(entry),
      startedAt,
      endedAt: doneAt,
      waitedFor: ['request', ...after.map(nameOf)],
      own: true,
    },
  ]
}

/** The ledger key without its life. */
function nameOf({ item }: LedgerEntry): string {
  return item.key.slice(0, item.key.lastIndexOf('-g'))
}

/** From the agent's snapshot: the last pod's way from its creation to being ready. */
function podPhases({ observation }: Launch, before: readonly Phase[]): Phase[] {
  if (!observation) return []
  const { phases } = observation.level
  const ends = [
    {
      step: 'nodes',
      title: 'Autoscaler scan and node boot',
      at: phases.lastNodeReadyAt,
      own: false,
    },
    { step: 'scheduling', title: 'Pods bound to nodes', at: phases.lastPodScheduledAt, own: true },
    { step: 'images', title: 'Image pull', at: phases.lastImagePulledAt, own: false },
    { step: 'ready', title: 'Spark up and registered', at: phases.lastPodReadyAt, own: true },
  ]
  const found: Phase[] = []
  let startedAt = phases.lastPodCreatedAt
  let waitedFor = before.map(({ step }) => step)
  for (const { step, title, at, own } of ends) {
    if (at === undefined || startedAt === undefined) continue
    // Warm nodes were ready before the pods came: nothing was waited for.
    const endedAt = Math.max(at, startedAt)
    found.push({ step, title, startedAt, endedAt, waitedFor, own })
    startedAt = endedAt
    waitedFor = [step]
  }
  return found
}
