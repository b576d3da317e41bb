// Model of a batch of executors whose owner goes: somebody deletes the custom resource and it is made again, while hands of
// before still make pods that name the old one. Kubernetes collects those, and the new owner gets pods of its own.
import type * as RealSparkCluster from '../../shared/manifests/spark-cluster.ts'
import { vi } from 'vitest'
import { LedgerEntry } from '../../shared/domain/ledger.ts'
import { SPARK_CLUSTER } from '../../shared/manifests/spark-cluster-crd.ts'
import { writeIn } from '../../shared/runtime/generation.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import { read, updateOf } from '../../shared/runtime/stored.ts'
import { clusterSubject } from '../situations.ts'
import { type BatchLife, batchLife, CLUSTER, levelOf, namespace } from './batch-life.ts'
import { dataAt } from './explorer/documents.ts'
import type { Move } from './explorer/explore.ts'
import { spawn } from './explorer/machine.ts'
import type { Handler } from './explorer/process.ts'
import type { State } from './explorer/system.ts'
import { boundsText, type Happenings, isLarge } from './happenings.ts'
import { stayingIn } from './kubernetes-pods.ts'
import { checkModel } from './model.ts'

const { OWNER } = vi.hoisted(() => ({ OWNER: 'pods name the custom resource of their time' }))
vi.mock('../../shared/manifests/spark-cluster.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealSparkCluster>()
  const ownedBy = unless(OWNER, real.ownedBy, (owner) => real.ownedBy({ ...owner, uid: 'uid-1' }))
  return { ...real, ownedBy }
})

const left: Happenings['left'] = isLarge
  ? { crash: 1, minute: 2, running: 2, preemption: 2 }
  : { crash: 1, minute: 1, running: 2, preemption: 1 }

const AGAIN = 'uid-2'

/** As the namespace's step records it. */
const madeAgain: Handler = {
  name: 'the custom resource is made again',
  async run(world) {
    const kubernetes = world.kubernetes(clusterSubject(1).identity, '')
    await kubernetes.deleteAll(SPARK_CLUSTER, { labelSelector: AGAIN })
    await world.store.transaction(async (transaction) => {
      const entry = await read(transaction, `${CLUSTER}/ledger/${namespace.key}`, LedgerEntry)
      if (!entry) return
      const output = { namespace: 'etl', name: 'etl', uid: AGAIN }
      writeIn(transaction, [
        updateOf(entry, { ...entry.value, thing: { have: 'present', output } }),
      ])
    })
  },
}

/** Once a minute, of the pods of the custom resource that is there. */
function reports(state: State<BatchLife>): Move<State<BatchLife>>[] {
  const { outside, now } = state
  if (outside.reportedAt === now) return []
  const uid = outside.owner
  const pods = stayingIn(outside).length
  const report: Handler = {
    name: `report of ${pods} pods of ${uid}`,
    run: (world) =>
      observePods(world, CLUSTER, {
        uid,
        term: 1,
        sequence: now,
        observedAt: now,
        level: levelOf(pods),
      }),
  }
  const told = { ...state, outside: { ...outside, reportedAt: now } }
  return [{ label: report.name, next: () => spawn(told, report) }]
}

const isPresent = ({ documents }: State<BatchLife>): boolean => {
  const entry = dataAt(documents, `${CLUSTER}/ledger/executors-002-g1`)
  const { have } = (entry?.['thing'] ?? {}) as { have?: string }
  return have === 'present'
}

checkModel({
  name: 'a batch whose owner goes',
  rules: '12, 18',
  runs: [
    'step-due',
    'sweep',
    'advance',
    'decide',
    'isContradicted',
    'observePods',
    'execute',
    'bringPods',
  ],
  bounds: `one pod; ${boundsText(left)}`,
  system: () =>
    batchLife(left, madeAgain, {
      reports,
      invariants: {
        'an index has one pod': ({ outside }) =>
          stayingIn(outside).length > 1 ? stayingIn(outside).join(', ') : undefined,
      },
      isGoal: (state) =>
        isPresent(state) &&
        state.outside.owner === AGAIN &&
        stayingIn(state.outside).length === 1 &&
        Object.keys(state.outside.pods).length === 1,
    }),
  switches: [{ off: OWNER, breaks: 'goal' }],
})
