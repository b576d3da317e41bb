// Protocol rule 18: what a process that was frozen past its horizon makes is in no ledger. The audit finds it by our mark,
// and removes it once it was seen twice; it is the only guard.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CallError } from '../../shared/call-error.ts'
import { suspectsPath, meterPath } from '../../shared/domain/paths.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { Call } from '../../shared/around.ts'
import { type Held, named } from './gate.ts'
import { CLUSTER, POOL, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
})
afterEach(() => scene.stop())

const AUDIT = minutes(31)

/** Freezes the first call that matches, until it is released. */
function freeze(matches: (call: Call) => boolean): Held {
  let met = 0
  return scene.main.gate.hold('before', (call) => matches(call) && met++ === 0)
}

const says = (call: Call, text: string): boolean => JSON.stringify(call.args).includes(text)
const inCloud = (part: string) => scene.data.cloud.list().filter((path) => path.includes(part))
const spaces = () =>
  [...scene.data.clusters.values()]
    .flatMap((engine) => [...engine.snapshot('v1', 'Namespace')])
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith('kdl-'))
const suspects = () => scene.store.get(suspectsPath(WORKSPACE))
const logged = (message: string) => scene.logged.filter((line) => line.message === message)

/** A hand that is about to make the namespace of a cluster, which has ended meanwhile. */
async function aboutToMakeANamespace() {
  await scene.withWorkspace()
  const late = freeze((call) => named('kubernetes.create')(call) && says(call, '"Namespace"'))
  await scene.accept('cluster-requested')
  await scene.until('frozen', () => late.stopped() === 1)
  await scene.end(CLUSTER)
  await scene.reach(CLUSTER, 'TERMINATED')
  return late
}

describe('rule 18: an orphan is removed', () => {
  it('a namespace that is made after its cluster has ended: suspected by one audit, removed by the next', async () => {
    const late = await aboutToMakeANamespace()
    expect(spaces()).toEqual([])
    late.release()
    await scene.until('the late hand acts', () => spaces().length === 1)

    await scene.until('suspected', async () => (await suspects()) !== undefined, AUDIT)
    expect(spaces()).toHaveLength(1)
    await scene.until('removed', () => spaces().length === 0, minutes(12))
    await scene.until('forgotten', async () => (await suspects()) === undefined, minutes(12))
    expect(logged('orphan removed').map(({ fields }) => fields['kind'])).toEqual(['namespace'])
    expect((await scene.entity(WORKSPACE)).state).toBe('RUNNING')
  })

  it('that may not be removed yet is told of, and goes at the next audit', async () => {
    const late = await aboutToMakeANamespace()
    const refusal = scene.main.gate.answer(
      (call) => named('kubernetes.delete')(call) && says(call, '"Namespace"'),
      async () => {
        throw new CallError('unavailable', 'not now')
      },
    )
    late.release()
    await scene.until('refused', () => refusal.stopped() === 1, 2 * AUDIT)
    expect(logged('orphan could not be removed')).toMatchObject([{ fields: { error: 'not now' } }])
    refusal.release()
    await scene.until('removed', () => spaces().length === 0, minutes(12))
  })

  it('a node pool that is made after it was retired', async () => {
    await scene.withWorkspace()
    const late = freeze((call) => named('gke.createNodePool')(call) && says(call, 'n2-standard-8'))
    await scene.accept('cluster-requested')
    await scene.until('frozen', () => late.stopped() === 1)
    await scene.end(CLUSTER)
    await scene.reach(CLUSTER, 'TERMINATED')
    await scene.end(POOL)
    await scene.reach(POOL, 'RETIRED')
    late.release()
    await scene.until('the late hand acts', () => inCloud('/nodePools/n2-standard-8').length === 1)
    await scene.until('removed', () => inCloud('/nodePools/n2-standard-8').length === 0, 2 * AUDIT)
    expect(inCloud('/nodePools/')).toHaveLength(2)
    await scene.until('forgotten', async () => (await suspects()) === undefined, AUDIT)
  })

  it('a network that is made after its workspace has gone: it is still looked for, and then no more', async () => {
    const late = freeze((call) => named('network.insert')(call) && says(call, '"networks"'))
    await scene.accept('workspace-requested')
    await scene.until('frozen', () => late.stopped() === 1)
    await scene.end(WORKSPACE)
    await scene.reach(WORKSPACE, 'NOT_PROVISIONED')
    late.release()
    await scene.until('the late hand acts', () => inCloud('/networks/').length === 1)
    await scene.until('removed', () => inCloud('/networks/').length === 0, 2 * AUDIT)
    const isQuiet = async () => !('wakeAt' in (await scene.currentRun(WORKSPACE)))
    await scene.until('looked for no more', isQuiet, 4 * AUDIT)
    expect(await suspects()).toBeUndefined()
  })

  it('a firewall that keeps its network from going: the end that never comes is helped', async () => {
    await scene.withWorkspace()
    const [rule = ''] = inCloud('/firewalls/')
    const name = rule.slice(rule.lastIndexOf('/') + 1)
    const networkGoes = freeze((call) => named('network.delete')(call) && says(call, '"networks"'))
    await scene.end(WORKSPACE)
    await scene.until('all but the network is gone', () => networkGoes.stopped() === 1)
    expect(inCloud('/firewalls/')).toEqual([])
    await insertFirewall(name)
    networkGoes.release()
    await scene.reach(WORKSPACE, 'NOT_PROVISIONED', minutes(180))
    expect(scene.data.cloud.list()).toEqual([])
  })
})

describe('rule 18: an audit', () => {
  it('of a workspace in which all is well writes nothing but its next alarm and the meter', async () => {
    await scene.withWorkspace()
    await scene.accept('cluster-requested', 'c-1', { autoterminationMinutes: 0 })
    await scene.reach(CLUSTER, 'RUNNING')
    await scene.clock.advance(minutes(5))
    const written: string[] = []
    scene.store.onWritten(({ path }) => written.push(path))
    await scene.clock.advance(2 * AUDIT)
    const others = written.filter((path) => !/\/runs\/|\/observations\//.test(path))
    // Nodes stand, which the meter takes in with each audit.
    expect(others).toEqual([meterPath(WORKSPACE), meterPath(WORKSPACE)])
    expect(written.filter((path) => path.startsWith(`${WORKSPACE}/runs/`))).toHaveLength(2)
    expect(scene.logged.filter(({ message }) => message.includes('orphan'))).toEqual([])
  })

  it('to which a zone does not answer goes on with everything else, and takes nothing for gone', async () => {
    const late = await aboutToMakeANamespace()
    late.release()
    scene.main.gate.answer(named('gke.listClusters'), async () => {
      throw new CallError('unavailable', 'no answer from a zone')
    })
    await scene.until('the late hand acts', () => spaces().length === 1)
    await scene.until('removed', () => spaces().length === 0, 2 * AUDIT)
    expect(logged('audit could not list').map(({ fields }) => fields['kind'])).toContain(
      'gke-cluster',
    )
    expect(inCloud('/clusters/').length).toBeGreaterThan(0)
  })
})

/** The very rule that was removed, made again by a hand that nobody knows of. */
async function insertFirewall(name: string): Promise<void> {
  const run = await scene.currentRun(WORKSPACE)
  const identity = 'plan' in run && run.plan?.subject.identity
  if (!identity) throw new Error('the workspace has no plan')
  const [network = ''] = inCloud('/networks/')
  await scene.data.network(identity).insert(
    'firewalls',
    {
      name,
      description: JSON.stringify({
        'managed-by': 'kindling',
        'kindling-account': 'acme',
        'kindling-workspace': 'analytics',
        'kindling-life': '1',
      }),
      network,
      direction: 'INGRESS',
      priority: 65_000,
      denied: [{ IPProtocol: 'all' }],
      sourceRanges: ['0.0.0.0/0'],
    },
    '22222222-2222-4222-8222-222222222222',
  )
}
