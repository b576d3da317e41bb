// Model of a third thing that stands beside the second: network, subnet and firewall are there, and are taken down. Subnet and
// firewall go in any order and at once, and the network after both.
import type * as RealDecide from '../../shared/domain/decide.ts'
import { vi } from 'vitest'
import { boundsText, isLarge } from './happenings.ts'
import { checkModel } from './model.ts'
import { type Bounds, takenDown } from './network-life.ts'

vi.mock('../../shared/domain/decide.ts', async (original) => {
  const { forgetting } = await import('./forgetting.ts')
  const real = await original<typeof RealDecide>()
  const first = forgetting('what stands on it goes first', real.decide)
  return {
    ...real,
    decide: forgetting('it waits for all of them', first, ({ item }) => item.step === 'firewall'),
  }
})

const bounds: Bounds = {
  steps: ['network', 'subnet', 'firewall'],
  left: isLarge
    ? { crash: 2, loss: 1, repeat: 1, running: 3, preemption: 3 }
    : { crash: 1, loss: 1, repeat: 1, running: 2, preemption: 2 },
}

checkModel({
  name: 'a third that stands beside the second',
  rules: '2, 3, 5, 9',
  runs: ['step-due', 'sweep', 'advance', 'decide', 'takeDown', 'settle', 'execute'],
  bounds: `${bounds.steps.join(', ')}, all there; ${boundsText(bounds.left)}`,
  system: () => takenDown(bounds),
  switches: [
    { off: 'what stands on it goes first', breaks: 'nothing is pulled from under another' },
    { off: 'it waits for all of them', breaks: 'nothing is pulled from under another' },
  ],
})
