// What a launch that gets no machines tries next (rules *zone* and *fallback*).
import { describe, expect, test } from 'vitest'
import {
  clusterPlan,
  clusterSubject,
  entityOf,
  entryOf,
  itemOf,
  NOW,
  observationOf,
  runOf,
  situationOf,
  zones,
} from '../../test/situations.ts'
import { ADAPT_AFTER, adaptationOf, effectiveSpec } from './adaptation.ts'
import { ClusterEntity, type ClusterSpec } from './entity.ts'
import { PARTIAL_AFTER } from './protocol-times.ts'
import type { ScaleUpBlock } from './scale-up-block.ts'
import type { Situation } from './situation.ts'

const [first = '', second = '', third = ''] = zones
const spot = { count: 10, machineType: 'n2-standard-8', spot: true, spotFallback: true }

function blockedIn(zone: string | undefined, code: ScaleUpBlock['code']): ScaleUpBlock {
  return { code, message: 'GCE_STOCKOUT', at: NOW - 1000, ...(zone === undefined ? {} : { zone }) }
}

interface Case {
  readonly spec?: Partial<ClusterSpec>
  readonly zone?: string | undefined
  readonly adapted?: ClusterEntity['adapted']
  readonly state?: object
  readonly block?: ScaleUpBlock | undefined
  readonly age?: number
}

function situation({ spec, zone = first, adapted, state, age, ...more }: Case): Situation {
  const plan = clusterPlan(10, 1, spec)
  const subject = { ...clusterSubject(10, spec), zone }
  const entity = ClusterEntity.parse({ ...entityOf(subject), ...state, adapted })
  const run = runOf({ ...plan, subject }, { createdAt: NOW - (age ?? ADAPT_AFTER) })
  const block = 'block' in more ? more.block : blockedIn(zone, 'GCP_INSUFFICIENT_CAPACITY')
  return situationOf(plan, { entity, run, blocked: block ? [block] : [] })
}

describe('a stock-out', () => {
  test('moves a launch that may live anywhere to a zone that was not tried', () => {
    const once = adaptationOf(situation({}))
    expect(once).toMatchObject({
      spec: { zone: second },
      tried: [first],
      reason: { code: 'GCP_INSUFFICIENT_CAPACITY' },
    })
    expect(adaptationOf(situation({ zone: second, adapted: once }))).toMatchObject({
      spec: { zone: third },
      tried: [first, second],
    })
  })

  test('in every zone leaves nothing to try but to wait', () => {
    const adapted = { ...adaptationOf(situation({})), tried: [first, second] }
    const last = situation({ zone: third, adapted: adapted as ClusterEntity['adapted'] })
    expect(adaptationOf(last)).toBeUndefined()
  })

  test('of spot machines falls back to on-demand where asked, when every zone was tried', () => {
    const spec = { executors: spot }
    const once = adaptationOf(situation({ spec }))
    expect(once?.spec).toMatchObject({ zone: second, executors: { spot: true } })
    const adapted = once && { ...once, tried: [first, second] }
    const fallen = adaptationOf(situation({ spec, zone: third, adapted }))
    expect(fallen).toMatchObject({
      spec: { zone: 'auto', executors: { spot: false } },
      tried: [],
    })
    const again = situation({ spec, zone: first, adapted: fallen })
    expect(adaptationOf(again)?.spec).toMatchObject({ zone: second, executors: { spot: false } })
  })

  test('of a zone that was named falls back, and never moves', () => {
    const named = { zone: first }
    expect(adaptationOf(situation({ spec: named }))).toBeUndefined()
    const fallen = adaptationOf(situation({ spec: { ...named, executors: spot } }))
    expect(fallen?.spec).toMatchObject({ zone: first, executors: { spot: false } })
  })

  test('of some machines is waited out for as long as the cluster may run with the others', () => {
    const some = observationOf({ phases: { lastNodeReadyAt: NOW - 1000 } })
    const young = situation({ age: PARTIAL_AFTER - 1 })
    const old = situation({ age: PARTIAL_AFTER })
    const namespace = entryOf(itemOf('namespace', 1), 'present')
    const seeing = (of: Situation) =>
      adaptationOf({ ...of, observation: some, ledger: [namespace] })
    expect(seeing(young)).toBeUndefined()
    expect(seeing(old)).toMatchObject({ spec: { zone: second } })
  })

  test.each<[string, Case]>([
    ['is young', { age: ADAPT_AFTER - 1 }],
    ['is told of nothing', { block: undefined }],
    ['lacks quota', { block: blockedIn(first, 'GCP_QUOTA_EXCEEDED') }],
    ['is told of another zone', { block: blockedIn(second, 'GCP_INSUFFICIENT_CAPACITY') }],
    ['runs already', { state: { state: 'RUNNING', executors: { requested: 10, ready: 4 } } }],
  ])('changes nothing of a launch that %s', (_, given) => {
    expect(adaptationOf(situation(given))).toBeUndefined()
  })
})

describe('pods that do not fit on their nodes (rule *room*)', () => {
  const block = blockedIn(undefined, 'POD_SCHEDULING_FAILURE')

  test('become a step smaller, once', () => {
    const once = adaptationOf(situation({ block }))
    expect(once).toMatchObject({ isSmaller: true, reason: { code: 'POD_SCHEDULING_FAILURE' } })
    expect(once?.spec).toEqual(clusterSubject(10).spec)
    expect(adaptationOf(situation({ block, adapted: once }))).toBeUndefined()
  })

  test('stay so when the launch moves to another zone', () => {
    const adapted = adaptationOf(situation({ block }))
    expect(adaptationOf(situation({ adapted }))).toMatchObject({
      isSmaller: true,
      spec: { zone: second },
    })
  })
})

test('a cluster is made with what was asked for, unless that was changed', () => {
  const { entity } = situation({})
  if (entity.kind !== 'cluster') throw new Error('a cluster was made')
  expect(effectiveSpec(entity)).toBe(entity.spec)
  const adapted = adaptationOf(situation({}))
  expect(effectiveSpec({ ...entity, adapted })).toBe(adapted?.spec)
})
