// What a ledger calls present and the world does not have any more (protocol rule 18, the other way round). Every step of a
// settled run is looked at, by nobody's claim and without a write; what has come apart is no longer called present, and the
// run is opened again, so that the usual attempts make it right.
import type { LedgerEntry } from '../domain/ledger.ts'
import type { Identity, Subject } from '../domain/plan.ts'
import { nextRun } from '../domain/run.ts'
import { wantedItems } from '../domain/situation.ts'
import type { Instant } from '../domain/time.ts'
import type { Fields, World } from '../ports.ts'
import { inParallel } from '../steps/kubernetes-objects.ts'
import { stepNamed } from '../steps/registry.ts'
import type { Observed, StepPorts } from '../steps/step.ts'
import { textOf } from './failures.ts'
import type { Moment } from './moment.ts'
import { stepPorts } from './step-ports.ts'
import { type Stored, updateOf } from './stored.ts'

type Seen = Observed<Readonly<Record<string, unknown>>>

/** Whether something has come apart and the run was opened again for it. */
export async function heal(world: World, moment: Moment): Promise<boolean> {
  const { path, run, situation } = moment
  if (run.value.is !== 'settled' || run.value.direction === 'down' || !run.value.plan) return false
  const ports = lookingPorts(world, run.value.plan.subject.identity)
  const entries = presentEntries(moment)
  if (!(await isHostThere(ports, run.value.plan.subject))) return false
  const seen = await inParallel(entries, (entry) => look(world, path, ports, entry.value))
  const apart = new Map<string, LedgerEntry>()
  for (const [at, { value }] of entries.entries()) {
    const isKept = situation.entity.kind === 'workspace' && seen[at]?.is === 'broken'
    const changed = isKept ? undefined : comeApart(value, seen[at], situation.now)
    if (!changed) continue
    const { key } = value.item
    world.log('WARNING', 'thing has come apart', { path, key, ...reportOf(seen[at]) })
    apart.set(key, changed)
  }
  if (apart.size === 0) return false
  for (const { value } of standingOnLost(entries, apart)) {
    apart.set(value.item.key, unfinished(value, situation.now))
  }
  const updates = entries.flatMap((entry) => {
    const changed = apart.get(entry.value.item.key)
    return changed ? [updateOf(entry, changed)] : []
  })
  // Due at once: the process may die before it has begun anything.
  const reopened = nextRun(run.value, { type: 'reopened', wakeAt: situation.now })
  return reopened ? world.store.commit([updateOf(run, reopened), ...updates]) : false
}

/** A pool is lost with its GKE cluster: that is made again first, or every try would count against the pool. */
async function isHostThere({ gke }: StepPorts, subject: Subject): Promise<boolean> {
  if (subject.kind !== 'pool') return true
  const host = await gke.getCluster(subject.gkeCluster)
  return host !== undefined && host.status !== 'PROVISIONING' && host.status !== 'STOPPING'
}

function reportOf(seen: Seen | undefined): Fields {
  const what = seen?.is === 'partial' ? seen.what : undefined
  return { seen: seen?.is, ...(what === undefined ? {} : { what }) }
}

function presentEntries({ ledger, run }: Moment): Stored<LedgerEntry>[] {
  const wanted = new Set(wantedItems(run.value).map(({ key }) => key))
  return ledger.filter(
    ({ value }) =>
      wanted.has(value.item.key) && !value.claim.open && value.thing.have === 'present',
  )
}

/** What there is of a thing, or nothing where that cannot be known now. */
async function look(
  world: World,
  path: string,
  ports: StepPorts,
  { item, input }: LedgerEntry,
): Promise<Seen | undefined> {
  if (!input) return undefined
  try {
    const seen = await stepNamed(item.step).observe(ports, input)
    // For people to mend: nobody else's thing is touched, and no workspace is given up with all its clusters for a word.
    if (seen.is === 'foreign') {
      const { what } = seen
      world.log('ERROR', 'thing has lost its mark', { path, key: item.key, what })
    }
    if (seen.is === 'broken') world.log('ERROR', 'thing is broken', { path, key: item.key })
    return seen
  } catch (error) {
    const why = textOf(error)
    world.log('WARNING', 'thing could not be looked at', { path, key: item.key, error: why })
    return undefined
  }
}

/** The entry once it is known not to be as it was recorded; nothing while it is, or may be. */
function comeApart(
  entry: LedgerEntry,
  seen: Seen | undefined,
  now: Instant,
): LedgerEntry | undefined {
  switch (seen?.is) {
    case 'absent':
    case 'leaving':
    case 'broken':
      // Its time counts anew: it is made again, or what is broken takes down what needs it.
      return { ...entry, thing: { have: 'unknown' }, lookAt: now, startedAt: now }
    case 'partial':
      return unfinished(entry, now)
    case 'present':
    case 'pending':
    case 'foreign':
    case undefined:
      return undefined
  }
}

/** What is there stays in use, and is brought to what it should be. */
function unfinished({ made: _made, ...kept }: LedgerEntry, now: Instant): LedgerEntry {
  return { ...kept, lookAt: now }
}

/** What stood on something that is gone may have gone with it, or could not be looked at because of that. */
function standingOnLost(
  entries: readonly Stored<LedgerEntry>[],
  apart: ReadonlyMap<string, LedgerEntry>,
): Stored<LedgerEntry>[] {
  const lost = new Set(
    [...apart].flatMap(([key, { thing }]) => (thing.have === 'unknown' ? key : [])),
  )
  const rest = new Set(entries.filter(({ value }) => !apart.has(value.item.key)))
  const found: Stored<LedgerEntry>[] = []
  for (let before = -1; before !== found.length;) {
    before = found.length
    for (const entry of rest) {
      const { key, after } = entry.value.item
      if (!after.some((other) => lost.has(other))) continue
      lost.add(key)
      rest.delete(entry)
      found.push(entry)
    }
  }
  return found
}

/** Ports that refuse to write: to them every claim is too old. */
function lookingPorts(world: World, identity: Identity): StepPorts {
  return stepPorts(world, identity, Number.NEGATIVE_INFINITY)
}
