// States that users see, on walks at random through everything that can happen: only legal changes (those of the Databricks
// API for clusters), and from wherever a walk leads, what is wanted is reached once the world is kind.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  clusterItems,
  clusterSubject,
  entityOf,
  NOW,
  poolItems,
  poolSubject,
  runOf,
  situationOf,
  WORKSPACE,
  workspaceItems,
  workspaceSubject,
} from '../../test/situations.ts'
import { EXECUTORS, kindly, moves, type PlanOf, walk } from '../../test/walk.ts'
import { Entity } from './entity.ts'
import type { Plan } from './plan.ts'
import { Run } from './run.ts'
import type { Situation } from './situation.ts'
import { mayFollow, transitions } from './states.ts'

/** As docs/states.md draws it; only a cluster that waited has made nothing, so that it ends at once. */
function isLegal(from: Entity, to: Entity): boolean {
  const isWaiter = 'waitsFor' in from && from.waitsFor !== undefined
  if (from.state === 'PENDING' && to.state === 'TERMINATED' && !isWaiter) return false
  return mayFollow(to.kind, from.state, to.state)
}

const planOf = {
  workspace: (life: number): Plan => ({ subject: workspaceSubject, items: workspaceItems(life) }),
  pool: (life: number): Plan => ({ subject: poolSubject, items: poolItems(life) }),
  cluster: (life: number): Plan => ({
    subject: clusterSubject(EXECUTORS),
    items: clusterItems(EXECUTORS, life),
  }),
}
const ENDED = ['TERMINATED', 'NOT_PROVISIONED', 'FAILED', 'RETIRED']

const illegalIn = (trail: readonly Situation[]): string[] =>
  trail.flatMap(({ entity }, at) => {
    const before = trail[Math.max(0, at - 1)]?.entity ?? entity
    return isLegal(before, entity) ? [] : [`${before.state} -> ${entity.state}`]
  })

function lawsHold(first: Situation, planOf: PlanOf): void {
  const isGood = fc.property(moves, (some) => {
    const trail = walk(first, some, planOf)
    const end = kindly(trail.at(-1) ?? first)
    expect(illegalIn([...trail, ...end])).toEqual([])
    const last = end.at(-1) ?? first
    expect(last.run.is).toBe('settled')
    expect(last.entity.want === 'up' ? ['RUNNING'] : ENDED).toContain(last.entity.state)
  })
  fc.assert(isGood, { numRuns: 100 })
}

test.each(['workspace', 'pool', 'cluster'] as const)('a %s', (kind) => {
  const plan = planOf[kind](1)
  const first = situationOf(plan, { run: runOf(plan, { createdAt: NOW }) })
  expect(() => lawsHold(first, planOf[kind])).not.toThrow()
})

test('a cluster that waits for its workspace', () => {
  const plan = planOf.cluster(1)
  const run = Run.parse({ ...runOf(plan), is: 'waiting', waitsFor: WORKSPACE, plan: undefined })
  const entity = Entity.parse({ ...entityOf(plan.subject), waitsFor: WORKSPACE })
  const awaited = new Map([[WORKSPACE, entityOf(workspaceSubject)]])
  const first = situationOf(plan, { run, entity, awaited })
  expect(() => lawsHold(first, planOf.cluster)).not.toThrow()
})

/** Deleting for good ends with the document, and a pool is wanted by others: a walk has neither. Waiters have their own. */
const NOT_WALKED = new Set(['PENDING TERMINATED', 'RETIRING PROVISIONING', 'RUNNING PROVISIONING'])

test.each(['workspace', 'pool', 'cluster'] as const)(
  'walks of a %s go every way that is drawn',
  (kind) => {
    const plan = planOf[kind](1)
    const first = situationOf(plan, { run: runOf(plan, { createdAt: NOW }) })
    const gone = new Set<string>()
    for (const some of fc.sample(moves, { numRuns: 200, seed: 3 })) {
      const trail = walk(first, some, planOf[kind])
      trail.forEach(({ entity }, at) => {
        const before = trail[Math.max(0, at - 1)]?.entity ?? entity
        if (before.state !== entity.state) gone.add(`${before.state} ${entity.state}`)
      })
    }
    const drawn = transitions[kind]
      .filter(({ from, to }) => from !== 'start' && to !== 'end')
      .map(({ from, to }) => `${from} ${to}`)
    expect([...gone].toSorted()).toEqual(drawn.filter((way) => !NOT_WALKED.has(way)).toSorted())
  },
)
