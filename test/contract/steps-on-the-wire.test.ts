// What the steps ask of Google Cloud comes back through the production clients as it was asked for: a field that is lost or
// changed on the way would look like somebody's change, and be put back for ever.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SubjectOf } from '../../shared/domain/plan.ts'
import { subjectOf } from '../laws/subjects.ts'
import { registry } from '../../shared/steps/registry.ts'
import type { RunnableStep, StepPorts } from '../../shared/steps/step.ts'
import { wireWorld } from './google-cloud-engine-world.ts'
import type { GoogleCloudWorld } from './google-cloud-world.ts'

type Fields = Readonly<Record<string, unknown>>

let world: GoogleCloudWorld
beforeAll(async () => {
  world = await wireWorld()
})
afterAll(() => world.close())

const unused = (): never => {
  throw new Error('steps of the cloud use Google Cloud alone')
}

function ports(): StepPorts {
  let now = Date.parse('2026-01-05T08:00:00Z')
  const clock = {
    now: () => (now += 1),
    random: () => 0.5,
    async sleep(ms: number) {
      now += ms
      await world.wait()
    },
  }
  const { gke, network } = world
  const rest = { bus: unused, store: unused, wantPool: unused, kubernetes: unused }
  // Of the rest nothing is called.
  return { ...rest, gke, network, clock } as unknown as StepPorts
}

/** Until it is there, as attempts would. */
async function make(step: RunnableStep, input: Fields): Promise<Fields> {
  const end = 200
  await step.apply(ports(), input)
  for (let looks = 0; looks < end; looks++) {
    const seen = await step.observe(ports(), input)
    if (seen.is === 'present') return seen.output
    expect(seen).toMatchObject({ is: expect.stringMatching(/^(absent|pending)$/) })
    for (let waits = 0; waits < 20; waits++) await world.wait()
  }
  throw new Error(`${step.name} never came`)
}

it('every step that makes something in Google Cloud sees it as it asked for it', async () => {
  const outputs = new Map<string, Fields>()
  const subject = subjectOf('workspace', new Map(), 'first') as SubjectOf<'workspace'>
  const { project } = world
  const identity = { ...subject.identity, project }
  const keyName = `projects/k/locations/${world.region}/keyRings/r/cryptoKeys/k`
  const own = { ...subject, identity, spec: { ...subject.spec, project, encryptionKey: keyName } }
  const steps = registry.filter(
    ({ lane }) => lane === 'network' || lane === 'gke' || lane === 'pool',
  )
  expect(steps.map(({ name }) => name)).toEqual([
    'network',
    'subnet',
    'router-nat',
    'firewall',
    'gke-cluster',
    'node-pool',
    'pool-shard',
  ])
  for (const step of steps) {
    const of =
      step.kind === 'workspace' ? own : { ...subjectOf('pool', outputs, 'first'), identity }
    const waited = Object.entries(step.after).map(([name, after]) => [
      name,
      outputs.get(after.name),
    ])
    const instance = { subject: of, life: 1, index: 1, revision: 1 }
    const input = step.input(instance, Object.fromEntries(waited) as never)
    outputs.set(step.name, await make(step, input))
  }
}, 60_000)
