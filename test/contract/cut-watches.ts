// An agent whose connections are cut again and again while the pods of a large cluster come up and some of them go: in the
// end it knows every one of them. On any Kubernetes that has a wire.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PodSnapshot } from '../../events/pod-snapshot.ts'
import { type Agent, startAgent } from '../../infra/workspace/agent/agent.ts'
import { startReflector } from '../../infra/workspace/agent/reflector.ts'
import { type KubernetesClient, kubernetesClient } from '../../shared/clients/kubernetes.ts'
import { MANAGED_SELECTOR } from '../../shared/manifests/labels.ts'
import type { KubernetesObject, ObjectRef } from '../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../shared/ports.ts'
import { inParallel } from '../../shared/steps/kubernetes-objects.ts'
import { sparkWorkspace } from '../spark-workspace.ts'
import { type CuttableLine, cuttableLine } from './cuttable-line.ts'
import type { KubernetesHarness } from './kubernetes-subject.ts'

const PODS = { apiVersion: 'v1', kind: 'Pod' }
/** The agent's three, and the test's own. */
const WATCHES = 4
/** Between two cuts. */
const BATCH = 50
const LIMIT_MS = 240_000

/** `executors`: how many; every tenth goes again. */
export function cutWatches(
  name: string,
  open: () => Promise<KubernetesHarness>,
  executors: number,
): void {
  describe(`an agent whose watches are cut: ${name}`, () => {
    let harness: KubernetesHarness
    let line: CuttableLine
    let client: KubernetesClient
    /** On the line. */
    let kubernetes: Kubernetes
    let agent: Agent
    const published: PodSnapshot[] = []
    beforeAll(async () => {
      harness = await open()
      const { url, ca, token } = harness.rest ?? { url: '', token: '' }
      const { protocol, port } = new URL(url)
      line = await cuttableLine(Number(port))
      client = kubernetesClient({ clock: harness.clock })
      const tls = ca === undefined ? {} : { tls: { ca } }
      const server = `${protocol}//127.0.0.1:${line.port}`
      kubernetes = client.open({ server, ...tls, token: async () => token })
      agent = startAgent({
        kubernetes,
        clock: harness.clock,
        identity: 'agent-1',
        publish: async (event) => void published.push(PodSnapshot.parse(event)),
      })
    }, 120_000)
    afterAll(async () => {
      await agent.stop()
      await line.close()
      client.close()
      await harness.close()
    }, 120_000)

    test(
      `misses none of ${executors} pods`,
      async () => {
        const { kubernetes: api, clock } = harness
        const seen = followPods(kubernetes, clock)
        const workspace = sparkWorkspace(api, clock)
        await workspace.install()
        const spark = await workspace.spark('etl', executors)
        await workspace.setReady(await spark.createDriver())
        let cuts = 0
        for (let first = 1; first <= executors; first += BATCH) {
          await until(harness, 'watches are open', () => line.connections() >= WATCHES)
          const last = Math.min(executors, first + BATCH - 1)
          const batch = await spark.createExecutors(first, last)
          cuts += line.cut()
          await inParallel(batch, (pod) => workspace.setReady(pod))
          await inParallel(batch.filter(isTenth), (pod) => api.delete(pod, NOW))
        }
        const left = executors - Math.floor(executors / 10)
        await until(harness, `${left} ready`, () => {
          const level = published.at(-1)?.level
          return level?.driver === 'ready' && level.executors.ready === left
        })
        expect(published.at(-1)?.level.executors).toEqual({ total: left, ready: left, failed: 0 })
        const { items } = await api.list(PODS, { labelSelector: MANAGED_SELECTOR })
        const there = versionsOf(items)
        await until(harness, 'all versions seen', () => same(seen.versions, there))
        expect(seen.versions).toEqual(there)
        await seen.stop()
        expect(cuts).toBeGreaterThanOrEqual((executors / BATCH) * WATCHES)
        process.stderr.write(`${name}: ${executors} pods, ${cuts} connections cut\n`)
      },
      LIMIT_MS,
    )
  })
}

const NOW = { gracePeriodSeconds: 0 }
const isTenth = (_: ObjectRef, at: number): boolean => at % 10 === 9

function versionsOf(pods: readonly KubernetesObject[]): Map<string, string> {
  return new Map(
    pods.map(({ metadata: { uid = '', resourceVersion = '' } }) => [uid, resourceVersion]),
  )
}

const same = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean =>
  one.size === other.size && [...one].every(([key, value]) => other.get(key) === value)

/** The pods as a reflector knows them: the version of each, by uid. */
function followPods(kubernetes: Kubernetes, clock: Clock) {
  const versions = new Map<string, string>()
  const reflector = startReflector({
    kubernetes,
    clock,
    kind: PODS,
    labelSelector: MANAGED_SELECTOR,
    onList(pods) {
      versions.clear()
      for (const [uid, version] of versionsOf(pods)) versions.set(uid, version)
    },
    onChange(type, pod) {
      for (const [uid, version] of versionsOf([pod]))
        if (type === 'DELETED') versions.delete(uid)
        else versions.set(uid, version)
    },
  })
  return { versions, stop: () => reflector.stop() }
}

async function until(
  { clock }: KubernetesHarness,
  what: string,
  holds: () => boolean,
): Promise<void> {
  const limit = clock.now() + LIMIT_MS / 2
  while (!holds()) {
    if (clock.now() > limit) throw new Error(`${what}: not in ${LIMIT_MS / 2} ms`)
    await clock.sleep(50)
  }
}
