// Model of a pool that is wanted, ended and wanted again while hands of all three generations may still act, up to their
// horizons: names that are used once keep them apart, and the ledger remembers what each has made.
import type * as RealLabels from '../../shared/manifests/labels.ts'
import type * as RealNames from '../../shared/domain/names.ts'
import type * as RealSituation from '../../shared/domain/situation.ts'
import { vi } from 'vitest'
import { boundsText, type Happenings, isLarge } from './happenings.ts'
import { checkModel } from './model.ts'
import { end, runningPool, want } from './pool-life.ts'

const { LIFE, LIVES } = vi.hoisted(() => ({
  LIFE: 'kindling-life',
  LIVES: 'one name, one life, and the old one goes first',
}))
vi.mock('../../shared/runtime/slots.ts', async (original) => {
  const { withoutSlots } = await import('./without-slots.ts')
  return withoutSlots(await original())
})
vi.mock('../../shared/domain/names.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealNames>()
  const nodePoolName = unless(LIVES, real.nodePoolName, (of) => real.nodePoolName(of, 1))
  return { ...real, nodePoolName }
})
vi.mock('../../shared/manifests/labels.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealLabels>()
  const carries = unless(LIVES, real.carries, (mark, found) => {
    const life = found?.[LIFE]
    return real.carries({ ...mark, ...(life ? { [LIFE]: life } : {}) }, found)
  })
  return { ...real, carries }
})
vi.mock('../../shared/domain/situation.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealSituation>()
  return {
    ...real,
    predecessorsOf: unless(LIVES, real.predecessorsOf, () => []),
    unwantedEntries: unless('a ledger across generations', real.unwantedEntries, (situation) =>
      real.unwantedEntries(situation).filter(({ g }) => g === situation.run.generation),
    ),
  }
})

const left: Happenings['left'] = isLarge
  ? { crash: 1, repeat: 1, minute: 1, running: 2, preemption: 1 }
  : { running: 2, preemption: 2 }

checkModel({
  name: 'up, down, up',
  rules: '2, 3, 4, 5',
  runs: ['wantPool', 'takeDown', 'step-due', 'sweep', 'advance', 'decide', 'plan', 'settle'],
  bounds: boundsText(left),
  system: () => runningPool(left, [end, want]),
  switches: [
    { off: LIVES, breaks: 'runs on something' },
    { off: 'a ledger across generations', breaks: 'goal' },
  ],
})
