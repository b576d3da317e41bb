import { describe, expect, it } from 'vitest'
import { nodeTemplate } from '../nodes/node-template.ts'
import { executorPod, executorPool } from '../../../../test/google-cloud/executor-pods.ts'
import { podGroups } from './pod-groups.ts'
import { planScaleUp, type PoolOffer } from './scale-up-plan.ts'

const ZONES = ['europe-west4-a', 'europe-west4-b', 'europe-west4-c'] as const

function offer(more: Partial<PoolOffer> & { nodes?: number; held?: string } = {}): PoolOffer {
  const { nodes = 0, held, ...rest } = more
  return {
    pool: 'executors',
    zones: ZONES.map((zone) => ({ template: nodeTemplate(executorPool(), zone), nodes })),
    maxNodes: 10_000,
    locationPolicy: 'ANY',
    isBackedOff: (zone) => zone === held,
    ...rest,
  }
}

const executors = (count: number, options: Parameters<typeof executorPod>[1] = {}) =>
  podGroups(Array.from({ length: count }, (_, index) => executorPod(`e-${index}`, options)))

const sizes = (plan: ReturnType<typeof planScaleUp>) =>
  plan.increases.map(({ template, count }) => [template.zone, count])

describe('a plan to scale up', () => {
  it('brings all nodes at once, one for each pod that fills one', () => {
    const plan = planScaleUp(executors(100), [], [offer()])
    expect(sizes(plan)).toEqual([['europe-west4-a', 100]])
    expect(plan.unhandled).toEqual([])
  })

  it('adds at most a thousand nodes to a pool in one scan, and does not call the rest refused', () => {
    const driver = offer({
      pool: 'drivers',
      zones: [{ template: nodeTemplate(executorPool({ name: 'drivers' }), ZONES[0]), nodes: 0 }],
    })
    const plan = planScaleUp(executors(1500), [], [offer()])
    expect(sizes(plan)).toEqual([['europe-west4-a', 1000]])
    expect(plan).toMatchObject({ isCut: true, unhandled: [] })
    expect(planScaleUp(executors(1000), [], [offer()])).toMatchObject({ isCut: false })
    // The limit is of each pool.
    const both = planScaleUp(executors(1500), [], [offer(), driver])
    expect(both.increases.map(({ template, count }) => [template.pool, count])).toEqual([
      ['executors', 1000],
      ['drivers', 500],
    ])
  })

  it('puts several small pods on one node', () => {
    const small = { cpu: '1', memory: '1Gi' }
    expect(sizes(planScaleUp(executors(9, small), [], [offer()]))).toEqual([['europe-west4-a', 3]])
  })

  it('keeps to the zone that the pods select', () => {
    const plan = planScaleUp(executors(3, { zone: 'europe-west4-b' }), [], [offer()])
    expect(sizes(plan)).toEqual([['europe-west4-b', 3]])
  })

  it('spreads over the zones where the pool is balanced', () => {
    const plan = planScaleUp(executors(7), [], [offer({ locationPolicy: 'BALANCED' })])
    expect(sizes(plan)).toEqual([
      ['europe-west4-a', 3],
      ['europe-west4-b', 2],
      ['europe-west4-c', 2],
    ])
  })

  it('takes no more than 1,000 nodes of a pool and zone', () => {
    const plan = planScaleUp(executors(250), [], [offer({ nodes: 900 })])
    expect(sizes(plan)).toEqual([
      ['europe-west4-a', 100],
      ['europe-west4-b', 100],
      ['europe-west4-c', 50],
    ])
  })

  it('stops at the most nodes that the pool may have, and says so', () => {
    const plan = planScaleUp(executors(10), [], [offer({ nodes: 1, maxNodes: 8 })])
    expect(sizes(plan)).toEqual([['europe-west4-a', 5]])
    expect(plan.unhandled).toMatchObject([
      { pods: 5, rejected: [{ reason: 'max.node.group.size.reached' }] },
    ])
  })

  it('leaves out zones that are held back', () => {
    const plan = planScaleUp(executors(2), [], [offer({ held: 'europe-west4-a' })])
    expect(sizes(plan)).toEqual([['europe-west4-b', 2]])
  })

  it('counts room that is there or on its way first', () => {
    const { labels, taints, room } = nodeTemplate(executorPool(), 'europe-west4-c')
    const bins = [
      { labels, taints, room },
      { labels, taints, room },
    ]
    expect(sizes(planScaleUp(executors(5), bins, [offer()]))).toEqual([['europe-west4-a', 3]])
  })

  it('brings nothing for pods that fit no node, and names the reason', () => {
    const tooLarge = planScaleUp(executors(2, { memory: '14Gi' }), [], [offer()])
    expect(tooLarge.increases).toEqual([])
    expect(tooLarge.unhandled).toMatchObject([
      { rejected: [{ reason: 'no.scale.up.mig.failing.predicate.resources' }] },
    ])
  })

  it('keeps pods off pools whose taint they do not tolerate', () => {
    const pool = executorPool({
      config: {
        ...executorPool().config,
        taints: [{ key: 'x', value: 'y', effect: 'NO_SCHEDULE' }],
      },
    })
    const zones = [{ template: nodeTemplate(pool, ZONES[0]), nodes: 0 }]
    const plan = planScaleUp(executors(2), [], [offer({ zones })])
    expect(plan.increases).toEqual([])
    expect(plan.unhandled).toMatchObject([
      { rejected: [{ reason: 'no.scale.up.mig.failing.predicate.taint' }] },
    ])
  })
})

describe('groups of pods', () => {
  it('are one for a thousand alike', () => {
    expect(executors(1000)).toHaveLength(1)
  })

  it('do not mix owners, zones or specs', () => {
    const pods = [
      executorPod('a', { owner: 'one' }),
      executorPod('b', { owner: 'two' }),
      executorPod('c', { owner: 'two', zone: 'europe-west4-a' }),
    ]
    expect(podGroups(pods)).toHaveLength(3)
  })

  it('look past the name of the token volume', () => {
    expect(podGroups([withToken('a', 'abcde'), withToken('b', 'fghij')])).toHaveLength(1)
  })

  it('end at ten for an owner; unlike pods are taken one by one, a hundred a scan', () => {
    const unlike = Array.from({ length: 300 }, (_, index) =>
      executorPod(`e-${index}`, { env: String(index) }),
    )
    const groups = podGroups(unlike)
    expect(groups).toHaveLength(110)
    expect(groups.every(({ pods }) => pods.length === 1)).toBe(true)
    const bare = Array.from({ length: 300 }, (_, index) => executorPod(`e-${index}`, { owner: '' }))
    expect(podGroups(bare)).toHaveLength(100)
  })
})

function withToken(name: string, suffix: string) {
  const pod = executorPod(name)
  return { ...pod, spec: { ...pod.spec, volumes: [{ name: `kube-api-access-${suffix}` }] } }
}
