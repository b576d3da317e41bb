// The same lives with a process that may stand still past every horizon and then go on: no clock is safe against that, so
// names that are used once must be, and the audit removes what such a hand has made.
import { vi } from 'vitest'
import { boundsText, type Happenings, isLarge } from './happenings.ts'
import { checkModel } from './model.ts'
import { end, poolLife } from './pool-life.ts'

vi.mock('../../shared/runtime/slots.ts', async (original) => {
  const { withoutSlots } = await import('./without-slots.ts')
  return withoutSlots(await original())
})
const left: Happenings['left'] = isLarge
  ? { minute: 1, sweep: 1, running: 2, isFrozenForEver: true }
  : { minute: 1, running: 2, preemption: 1, isFrozenForEver: true }

checkModel({
  name: 'frozen past every horizon',
  rules: '3, 4, 18',
  runs: ['wantPool', 'takeDown', 'step-due', 'sweep', 'advance', 'auditWorkspace', 'judge'],
  bounds: boundsText(left),
  system: () => poolLife(left, [end]),
  switches: [{ off: 'the audit', breaks: 'goal' }],
})
