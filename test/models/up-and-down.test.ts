// Model of going up and down: a pool is being made when it is taken down, and whoever makes it may be late: its claim is taken
// over, and it still acts until its horizon.
import type * as RealLedger from '../../shared/domain/ledger.ts'
import { vi } from 'vitest'
import { boundsText, type Happenings, isLarge } from './happenings.ts'
import { checkModel } from './model.ts'
import { end, poolLife } from './pool-life.ts'

vi.mock('../../shared/runtime/slots.ts', async (original) => {
  const { withoutSlots } = await import('./without-slots.ts')
  return withoutSlots(await original())
})
vi.mock('../../shared/domain/ledger.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealLedger>()
  return {
    ...real,
    isClean: unless('a clean look', real.isClean, () => true),
    claimEntry: unless('a claim taken over leaves a horizon', real.claimEntry, (entry, claim) => {
      const claimed = real.claimEntry(entry, claim)
      return claimed && { ...claimed, zombieUntil: entry?.zombieUntil ?? 0 }
    }),
  }
})

const left: Happenings['left'] = isLarge
  ? { crash: 1, loss: 1, minute: 2, sweep: 1, running: 3 }
  : { minute: 1, running: 2 }

checkModel({
  name: 'up and down with zombies',
  rules: '2, 3, 9',
  runs: [
    'step-due',
    'sweep',
    'takeDown',
    'advance',
    'decide',
    'claimEntry',
    'isClean',
    'recordEntry',
    'settle',
  ],
  bounds: boundsText(left),
  system: () => poolLife(left, [end]),
  switches: [
    { off: 'a clean look', breaks: 'gone is gone' },
    { off: 'a claim taken over leaves a horizon', breaks: 'gone is gone' },
  ],
})
