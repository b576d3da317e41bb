// The stack on a cluster that is somebody else's: a control plane that was started beside it, with a kubeconfig for it. In one
// process but for that.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { realClock } from '../../infra/local/clock.ts'
import {
  type ControlPlane,
  startControlPlane,
} from '../../infra/kubernetes/control-plane/control-plane.ts'
import { checkExternal } from '../../infra/kubernetes/external/guard.ts'
import { markedKinds, RUN_LABEL, runKinds } from '../../infra/kubernetes/external/remains.ts'
import { programFiles } from '../../infra/kubernetes/program-files.ts'
import { startStack } from '../../infra/local/stack/start-stack.ts'
import type { Stack } from '../../infra/local/stack/stack.ts'
import { type KubernetesClient, kubernetesClient } from '../../shared/clients/kubernetes.ts'
import { Entity } from '../../shared/domain/entity.ts'
import { MANAGED_SELECTOR } from '../../shared/manifests/labels.ts'
import type { Kubernetes } from '../../shared/ports.ts'
import { CLUSTER, WORKSPACE } from '../loop/fixture.ts'
import { ask } from '../stack/wire-site.ts'

const LIMIT = 300_000
const clock = realClock()
let folder = ''
let plane: ControlPlane
let client: KubernetesClient
let kubernetes: Kubernetes

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindling-external-'))
  plane = await startControlPlane({ clock, programs: programFiles(process.env), folder })
  client = kubernetesClient({ clock })
  const { server, ca, tokens } = plane
  kubernetes = client.open({ server, tls: { ca }, token: async () => tokens.bootstrap })
  vi.stubEnv('KUBECONFIG', await plane.kubeconfig('bootstrap'))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  client.close()
  await plane.stop()
  await rm(folder, { recursive: true, force: true })
  clock.stop()
})

async function leftBehind(): Promise<string[]> {
  const ours = markedKinds.map((kind) => ({ kind, labelSelector: MANAGED_SELECTOR }))
  const ofRuns = runKinds.map((kind) => ({ kind, labelSelector: RUN_LABEL }))
  const lists = await Promise.all(
    [...ours, ...ofRuns].map(({ kind, labelSelector }) => kubernetes.list(kind, { labelSelector })),
  )
  return lists.flatMap(({ items }) => items.map(({ kind, metadata }) => `${kind} ${metadata.name}`))
}

async function reach(stack: Stack, path: string): Promise<void> {
  const limit = clock.now() + LIMIT
  for (;;) {
    const document = await stack.reader.get(path)
    if (document && Entity.parse(document.data).state === 'RUNNING') return
    stack.broken.throwIfAborted()
    if (clock.now() > limit) throw new Error(`${path}: not RUNNING within ${LIMIT} ms`)
    await clock.sleep(100)
  }
}

test('a launch runs in it, and leaves it as it was', { timeout: LIMIT * 2 }, async () => {
  const stack = await startStack({
    clock,
    speed: 20,
    seed: 1,
    kubernetes: 'external',
    say: () => undefined,
    logError: () => undefined,
  })
  try {
    expect(stack.parts.kubernetes).toBe('external')
    await ask(stack, 'workspace', 2)
    await reach(stack, WORKSPACE)
    await ask(stack, 'cluster', 2)
    await reach(stack, CLUSTER)
    expect((await leftBehind()).length).toBeGreaterThan(5)
    await expect(checkExternal({ server: plane.server }, kubernetes)).rejects.toThrow(
      /has a Kindling already/,
    )
  } finally {
    await stack.stop()
  }
  expect(await leftBehind()).toEqual([])
})

describe('a cluster on another machine', () => {
  const elsewhere = { server: 'https://203.0.113.7' }

  test('is not touched unless it says that it is for tests', async () => {
    await expect(checkExternal(elsewhere, kubernetes)).rejects.toThrow(
      /nor marked as a test cluster/,
    )
    await kubernetes.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kindling-test',
        namespace: 'default',
        labels: { 'kindling.dev/test-cluster': 'true' },
      },
    })
    await expect(checkExternal(elsewhere, kubernetes)).resolves.toBeUndefined()
  })
})
