import { expect, it } from 'vitest'
import type { Bus, Topic } from '../ports.ts'
import { agentChannel } from './agent-channel.ts'
import type { StepPorts } from './step.ts'

const AGENT = 'serviceAccount:p.svc.id.goog[kindling-system/kindling-agent]'
const input = {
  topic: 't',
  subscription: 't-pod-ready',
  publisher: AGENT,
  labels: { mark: 'ours' },
}

async function seen(publishers: readonly string[]): Promise<string> {
  const topic: Topic = {
    name: 't',
    labels: input.labels,
    publishers,
    subscriptions: [{ name: 't-pod-ready', target: '' }],
  }
  const bus: Pick<Bus, 'getTopic'> = { getTopic: async () => topic }
  // It reads the topic and nothing else.
  return (await agentChannel.observe({ bus } as StepPorts, input)).is
}

it('is the agent’s alone: whoever else may publish there is drift', async () => {
  expect(await seen([AGENT])).toBe('present')
  expect(await seen([AGENT, 'allUsers'])).toBe('partial')
  expect(await seen(['user:somebody@example.com'])).toBe('partial')
  expect(await seen([])).toBe('partial')
})
