// Model of the whole loop with things that stand on each other: a network and a subnet in it, made, and taken down while they
// are being made. The subnet comes after the network and goes before it.
import type * as RealLedger from '../../shared/domain/ledger.ts'
import type * as RealSituation from '../../shared/domain/situation.ts'
import { vi } from 'vitest'
import { boundsText, isLarge } from './happenings.ts'
import { checkModel } from './model.ts'
import { type Bounds, madeAndTakenDown } from './network-life.ts'

vi.mock('../../shared/domain/ledger.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealLedger>()
  return { ...real, isClean: unless('a clean look', real.isClean, () => true) }
})
vi.mock('../../shared/domain/situation.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealSituation>()
  const up = unless('what it stands on comes first', real.isUpToDate, () => true)
  return { ...real, isUpToDate: up }
})

const bounds: Bounds = {
  steps: ['network', 'subnet'],
  left: isLarge
    ? { crash: 1, loss: 1, minute: 1, running: 2, preemption: 2 }
    : { crash: 1, running: 2, preemption: 1 },
  looks: 1,
}

checkModel({
  name: 'things that stand on each other',
  rules: '1, 2, 3, 5',
  runs: ['step-due', 'sweep', 'advance', 'decide', 'takeDown', 'settle', 'execute'],
  bounds: `${bounds.steps.join(', ')}; 1 early look; ${boundsText(bounds.left)}`,
  system: () => madeAndTakenDown(bounds),
  switches: [
    { off: 'a clean look', breaks: 'gone is gone' },
    { off: 'what it stands on comes first', breaks: 'nothing fails' },
  ],
})
