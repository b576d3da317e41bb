// Model of a third thing beside the second that is made with it: network, then subnet and firewall at once, taken down while
// they are being made. Nobody is left standing for another; who dies, and who is late, are in the models of two.
import type * as RealDecide from '../../shared/domain/decide.ts'
import { vi } from 'vitest'
import { boundsText, isLarge } from './happenings.ts'
import { checkModel } from './model.ts'
import { type Bounds, madeAndTakenDown } from './network-life.ts'

vi.mock('../../shared/domain/decide.ts', async (original) => {
  const { forgetting } = await import('./forgetting.ts')
  const real = await original<typeof RealDecide>()
  return { ...real, decide: forgetting('what stands on it goes first', real.decide) }
})

const bounds: Bounds = {
  steps: ['network', 'subnet', 'firewall'],
  left: { running: 2, preemption: isLarge ? 1 : 0 },
}

checkModel({
  name: 'a third that is made with the second',
  rules: '1, 2, 3, 5',
  runs: ['step-due', 'sweep', 'advance', 'decide', 'takeDown', 'settle', 'execute'],
  bounds: `${bounds.steps.join(', ')}; ${boundsText(bounds.left)}`,
  system: () => madeAndTakenDown(bounds),
  switches: [
    { off: 'what stands on it goes first', breaks: 'nothing is pulled from under another' },
  ],
})
