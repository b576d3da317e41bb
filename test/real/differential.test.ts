// The embedded API server compared with a real one: the same random calls on both, the same answers and the same objects in
// the end. A difference is shrunk to the shortest sequence that has it, and printed with its seed.
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { realClock } from '../../infra/local/clock.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { kubernetesServer } from '../../infra/local/kubernetes/http/server.ts'
import { kubernetesClient } from '../../shared/clients/kubernetes.ts'
import type { ObjectRef } from '../../shared/manifests/object.ts'
import {
  type KubernetesHarness,
  type KubernetesSubject,
  subjectOf,
} from '../contract/kubernetes-subject.ts'
import { widgets } from '../contract/kubernetes-widgets.ts'
import { meaning, type Operation, operations, perform } from './random-operations.ts'
import { realKubernetes, type RealKubernetes } from './real-kubernetes.ts'

const SEED = 20_261_129
const RUNS = 40

interface Side {
  readonly subject: KubernetesSubject
  readonly group: string
}

let real: RealKubernetes
const stops: (() => void | Promise<void>)[] = []
let sides: readonly Side[] = []

async function sideOf(harness: KubernetesHarness): Promise<Side> {
  const subject = subjectOf(() => harness, [] as ObjectRef[])
  const { kind } = await widgets(subject)
  return { subject, group: kind.apiVersion.replace(/\/.*/, '') }
}

async function embedded(): Promise<KubernetesHarness> {
  const clock = realClock(1)
  const engine = kubernetesEngine({ clock })
  const server = await kubernetesServer(engine, clock)
  const client = kubernetesClient({ clock })
  stops.push(
    () => client.close(),
    () => server.stop(),
    () => engine.stop(),
    () => clock.stop(),
  )
  const token = 'system:admin'
  return {
    kubernetes: client.open({ server: server.url, token: async () => token }),
    clock,
    rest: { url: server.url, token },
    close: async () => {},
  }
}

beforeAll(async () => {
  real = await realKubernetes()
  sides = await Promise.all([sideOf(await embedded()), sideOf(real)])
}, 180_000)
afterAll(async () => {
  for (const stop of stops) await stop()
  await real.close()
}, 60_000)

const listed = ['configmaps', 'secrets', 'widgets', 'pods', 'leases']

async function play({ subject, group }: Side, steps: readonly Operation[]): Promise<object[]> {
  const place = { namespace: await subject.namespace(), group }
  const told: object[] = []
  for (const step of steps) {
    told.push({ ...step, ...meaning(await perform(subject, place, step), step.plural) })
  }
  for (const plural of listed) {
    const all = { method: 'GET', plural, name: undefined }
    told.push({ plural, ...meaning(await perform(subject, place, all), plural) })
  }
  return told
}

test('random calls are answered alike, and leave the same behind', async () => {
  await fc.assert(
    fc.asyncProperty(operations, async (steps) => {
      const [ours, theirs] = await Promise.all(sides.map((side) => play(side, steps)))
      expect(ours).toEqual(theirs)
    }),
    { seed: SEED, numRuns: RUNS },
  )
}, 240_000)
