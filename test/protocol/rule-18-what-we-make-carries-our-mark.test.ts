// Protocol rule 18: the audit lists by mark and compares with the ledger, so everything that is made
// must carry the mark and its life, and what does not carry it is neither adopted nor removed.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Gke, Network } from '../../shared/google-ports.ts'
import { LedgerEntry } from '../../shared/domain/ledger.ts'
import { labelKeys } from '../../shared/manifests/labels.ts'
import { CLUSTER, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
})
afterEach(() => scene.stop())

async function faces(): Promise<{ gke: Gke; network: Network }> {
  const { workspace, account } = await scene.entity(WORKSPACE)
  const run = await scene.currentRun(WORKSPACE)
  const identity = 'plan' in run && run.plan?.subject.identity
  if (!identity) throw new Error(`${account}/${workspace} has no plan`)
  return { gke: scene.data.gke(identity), network: scene.data.network(identity) }
}

describe('rule 18: what we make carries our mark', () => {
  it('lives in the world and lives in the ledgers are the same, both ways', async () => {
    await scene.withWorkspace()
    await scene.accept('cluster-requested')
    await scene.reach(CLUSTER, 'RUNNING')
    const engines = [...scene.data.clusters.values()]
    const kinds = [
      ['v1', 'Namespace'],
      ['v1', 'Pod'],
      ['kindling.dev/v1', 'SparkCluster'],
    ] as const
    const all = engines.flatMap((engine) =>
      kinds.flatMap(([version, kind]) => [...engine.snapshot(version, kind)]),
    )
    const ours = all.filter(({ metadata }) => metadata.labels?.[labelKeys.cluster] === 'etl')
    expect(ours.length).toBe(1 + 1 + 11)
    const ledger = scene.store
      .dump()
      .filter(({ path }) => path.startsWith(`${CLUSTER}/ledger/`))
      .map(({ data }) => LedgerEntry.parse(data).item)
    const lives = new Set(ledger.map(({ life }) => String(life)))
    for (const { metadata } of ours) expect(lives).toContain(metadata.labels?.[labelKeys.life])
    const unmarked = all.filter(
      ({ metadata }) =>
        /^kdl-|^spark-|^driver-|^executor-/.test(metadata.name) &&
        !metadata.labels?.[labelKeys.life],
    )
    expect(unmarked).toEqual([])
  })

  it('a network of our name without our mark: refused, never adopted, and not removed when the workspace goes', async () => {
    scene.deaf.add('step-due').add('sweep')
    await scene.accept('workspace-requested')
    const { network } = await faces()
    const run = await scene.currentRun(WORKSPACE)
    const item = 'plan' in run ? run.plan?.items.find(({ step }) => step === 'network') : undefined
    if (!item) throw new Error('there is no plan')
    const name = await networkName()
    const resource = { name, description: 'somebody else made this', autoCreateSubnetworks: false }
    await network.insert('networks', resource, '11111111-1111-4111-8111-111111111111')
    await scene.clock.advance(20_000)
    scene.deaf.clear()
    await scene.reach(WORKSPACE, 'FAILED')
    expect(await scene.entity(WORKSPACE)).toMatchObject({
      reason: { message: expect.stringContaining('does not carry') },
    })
    expect(scene.data.cloud.list()).toHaveLength(1)
  })

  it('when a workspace is gone nothing with our mark is left', async () => {
    await scene.withWorkspace()
    await scene.end(WORKSPACE)
    await scene.reach(WORKSPACE, 'NOT_PROVISIONED')
    expect(scene.data.cloud.list()).toEqual([])
    expect(scene.store.dump().filter(({ path }) => path.includes('/ledger/'))).toEqual([])
  })
})

/** The name that the workspace's network will have, learnt from a world of its own. */
async function networkName(): Promise<string> {
  const other = await startScene()
  await other.withWorkspace()
  const path = other.data.cloud.list().find((each) => each.includes('/networks/')) ?? ''
  await other.stop()
  return path.slice(path.lastIndexOf('/') + 1)
}
