// What must be so once faults have stopped.
import type { Reason } from '../../../events/lifecycle.ts'
import { orphansIn } from '../orphans.ts'
import { lacksOf } from '../wholeness.ts'
import { inCollections, ownerOf, type Rest, unrest } from '../rest.ts'
import type { Finding, Invariant } from './invariant.ts'

const STABLE: Readonly<Record<string, readonly string[]>> = {
  workspace: ['RUNNING', 'FAILED', 'NOT_PROVISIONED'],
  cluster: ['RUNNING', 'TERMINATED'],
  pool: ['RUNNING', 'RETIRED', 'FAILED'],
}

/** Nobody but the clouds, or Kindling, is to blame. */
const isFault = (reason: Reason | undefined): boolean =>
  reason?.type === 'CLOUD_FAILURE' || reason?.type === 'SERVICE_FAULT'

export const everyEntityArrives: Invariant = {
  id: 'I11',
  name: 'every entity reaches its goal or a final typed failure within its deadline',
  matters: 'What stays in between for ever costs money, and nobody comes to look at it.',
  atRest(rest) {
    const found: Finding[] = unrest(rest.documents).map((says) => ({
      about: says.split(' ')[0] ?? '',
      says: `${says} after the deadline`,
    }))
    for (const [path, entity] of rest.entities) {
      const { state, kind } = entity
      if (!STABLE[kind]?.includes(state)) found.push({ about: path, says: `rests in ${state}` })
      const reason = 'reason' in entity ? entity.reason : undefined
      // Nothing is wrong in this world but with events, which nothing may hang on.
      if (isFault(reason) && rest.scenario.deliveries)
        found.push({ about: path, says: `failed with ${reason?.code}, though nothing went wrong` })
      if (state === 'FAILED' && !reason?.code)
        found.push({ about: path, says: 'failed without a code' })
      if (rest.isDeleted && kind === 'workspace' && state === 'RUNNING')
        found.push({ about: path, says: 'was to be deleted, and runs' })
    }
    const lacks = lacksOf(rest.documents, rest.stack)
    return [...found, ...lacks.map(({ path, says }) => ({ about: path, says }))]
  },
}

export const noOrphans: Invariant = {
  id: 'I12',
  name: 'nothing is left over, and nothing that is wanted is gone',
  matters:
    'What no ledger knows is paid for until somebody finds it; what is deleted though wanted takes work with it.',
  atRest(rest) {
    const orphans = orphansIn(rest.documents, rest.stack)
    const found = orphans.map((about): Finding => ({ about, says: 'is in no ledger' }))
    return [...found, ...missing(rest)]
  },
}

/** Things that a ledger says are there, and the cloud does not have. */
function missing(rest: Rest): Finding[] {
  const there = new Set(rest.stack.data.cloud.list().map((path) => path.split('/').at(-1)))
  return [...rest.ledger].flatMap(([path, { thing, input, item }]) => {
    const name = input?.['name']
    const isCloud = ['network', 'subnet', 'router-nat', 'gke-cluster'].includes(item.step)
    if (!isCloud || thing.have !== 'present' || typeof name !== 'string' || there.has(name))
      return []
    return [{ about: ownerOf(path), says: `${name} is present in the ledger, and gone` }]
  })
}

export const emptyOutbox: Invariant = {
  id: 'I14',
  name: 'outbox empty, slots and leases released, poison told of and not retried',
  matters: 'What is still held blocks whoever comes next; what is retried for ever costs for ever.',
  atRest(rest) {
    const held = inCollections(rest, 'slots', 'queue').map((path) => ({
      about: path,
      says: 'is still held',
    }))
    const untold = [...rest.facts].flatMap(([path, { publishedAt }]) =>
      publishedAt === null ? [{ about: path, says: 'is not published' }] : [],
    )
    const poisoned = rest.scenario.moves.filter(
      (move) => 'about' in move && move.about === 'poison',
    )
    const refused = [...rest.requests].filter(
      ([path, { is }]) =>
        is === 'rejected' &&
        (path.includes('_unaddressed') || path.includes('nobody') || path.includes('poison')),
    )
    return [
      ...held,
      ...untold,
      ...(rest.unacknowledged > 0
        ? [{ about: 'bus', says: `${rest.unacknowledged} messages are not acknowledged` }]
        : []),
      ...rest.failures.map((says) => ({ about: 'functions', says })),
      ...(poisoned.length > 0 && refused.length === 0
        ? [{ about: 'poison', says: 'was not told of' }]
        : []),
    ]
  },
}

export const oneOutcome: Invariant = {
  id: 'I13',
  name: 'each request has exactly one final outcome',
  matters: 'Who asks must hear what became of it, once: programs wait for it.',
  during({ onWrite, report }) {
    onWrite(({ path, before, after }) => {
      if (!/^accounts\/[^/]+\/requests\/[^/]+$/.test(path) || !before) return
      if (!after) report(path, 'lost its outcome')
      else if (before['is'] !== 'accepted' && before['is'] !== after['is'])
        report(path, `was ${String(before['is'])} and became ${String(after['is'])}`)
    })
  },
  atRest: ({ requests }) =>
    [...requests].flatMap(([path, { is }]) =>
      is === 'accepted' ? [{ about: path, says: 'was accepted, and nothing became of it' }] : [],
    ),
}
