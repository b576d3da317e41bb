// Model of a batch of executors whose cluster is started anew while hands of the start before may still make pods: the old
// batch goes first, on a clean look, and the pods of the new one have names of their own.
import type * as RealLedger from '../../shared/domain/ledger.ts'
import type * as RealSituation from '../../shared/domain/situation.ts'
import { vi } from 'vitest'
import { ClusterEntity } from '../../shared/domain/entity.ts'
import { podPlace } from '../../shared/domain/names.ts'
import { Run } from '../../shared/domain/run.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { createRun, superseding, writeIn } from '../../shared/runtime/generation.ts'
import { read, updateOf } from '../../shared/runtime/stored.ts'
import { type BatchLife, batchLife, CLUSTER, runOf } from './batch-life.ts'
import { dataAt } from './explorer/documents.ts'
import type { Handler } from './explorer/process.ts'
import type { State } from './explorer/system.ts'
import { boundsText, type Happenings, isLarge } from './happenings.ts'
import { stayingIn } from './kubernetes-pods.ts'
import { checkModel } from './model.ts'

vi.mock('../../shared/domain/ledger.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealLedger>()
  return { ...real, isClean: unless('a clean look', real.isClean, () => true) }
})
vi.mock('../../shared/domain/situation.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealSituation>()
  return {
    ...real,
    predecessorsOf: unless('the old one goes first', real.predecessorsOf, () => []),
    unwantedEntries: unless('a ledger across generations', real.unwantedEntries, (situation) =>
      real.unwantedEntries(situation).filter(({ g }) => g === situation.run.generation),
    ),
  }
})

const left: Happenings['left'] = isLarge
  ? { crash: 1, repeat: 1, minute: 1, running: 2, preemption: 2 }
  : { minute: 1, running: 2, preemption: 1 }

/** As a request for it does, of all that it writes what has to do with the batch. */
const restart: Handler = {
  name: 'restart',
  async run(world) {
    await world.store.transaction(async (transaction) => {
      const entity = await read(transaction, CLUSTER, ClusterEntity)
      const before = await read(transaction, `${CLUSTER}/runs/1`, Run)
      if (entity?.value.generation !== 1) return
      const next = { generation: 2, epoch: 2, state: 'RESTARTING' as const }
      writeIn(transaction, [
        updateOf(entity, { ...entity.value, ...next }),
        createRun(CLUSTER, runOf(2, transaction.readTime())),
        ...superseding(before, 2),
      ])
    })
    await advance(world, CLUSTER)
  },
}

const isSettled = ({ documents }: State<BatchLife>): boolean =>
  dataAt(documents, `${CLUSTER}/runs/2`)?.['is'] === 'settled'

/** Lives of the pods that stay. */
const livesOf = ({ outside }: State<BatchLife>): string =>
  stayingIn(outside)
    .map((name) => podPlace(name)?.life)
    .join(', ')

checkModel({
  name: 'a batch of another start',
  rules: '3, 4, 5',
  runs: ['step-due', 'sweep', 'advance', 'decide', 'execute', 'bringPods', 'removePods', 'settle'],
  bounds: `one pod; ${boundsText(left)}`,
  system: () =>
    batchLife(left, restart, {
      invariants: {
        'an index has one pod': (state) =>
          stayingIn(state.outside).length > 1 ? `lives ${livesOf(state)}` : undefined,
        'settled on its own pods': (state) =>
          isSettled(state) && livesOf(state) !== '2'
            ? `settled with pods of lives ${livesOf(state) || 'none'}`
            : undefined,
      },
      isGoal: (state) => isSettled(state) && Object.keys(state.outside.pods).length === 1,
    }),
  switches: [
    { off: 'a clean look', breaks: 'an index has one pod' },
    { off: 'the old one goes first', breaks: 'an index has one pod' },
    { off: 'a ledger across generations', breaks: 'goal' },
  ],
})
