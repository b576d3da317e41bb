// What each request means in each state, as a table: the clusters API of Databricks says which call is allowed where.
import { describe, expect, test } from 'vitest'
import type { ClusterChange } from '../../events/cluster-change-requested.ts'
import { clusterSpec, clusterSubject, entityOf } from '../../test/situations.ts'
import { specOf, wishOfChange, wishOfRequest } from './cluster-wish.ts'
import { ClusterEntity, type Status } from './entity.ts'

const reason = { code: 'USER_REQUEST', type: 'SUCCESS' as const, message: 'asked for' }
const executors = { requested: 10, ready: 10 }
const statuses = {
  PENDING: { state: 'PENDING' },
  RUNNING: { state: 'RUNNING', executors },
  RESIZING: { state: 'RESIZING', executors },
  RESTARTING: { state: 'RESTARTING' },
  TERMINATING: { state: 'TERMINATING', reason },
  TERMINATED: { state: 'TERMINATED', reason },
} as const satisfies Record<string, Status>
type State = keyof typeof statuses

const isDown = (state: State): boolean => state === 'TERMINATING' || state === 'TERMINATED'

function clusterIn(state: State, more: object = {}): ClusterEntity {
  const want = isDown(state) ? 'down' : 'up'
  return ClusterEntity.parse({
    ...entityOf(clusterSubject(10)),
    want,
    ...statuses[state],
    ...more,
  })
}

const settings = clusterSpec(25)
const changes = {
  edit: { action: 'edit', settings },
  resize: { action: 'resize', executors: { count: 25 } },
  restart: { action: 'restart' },
  start: { action: 'start' },
  terminate: { action: 'terminate' },
  delete: { action: 'delete' },
} as const satisfies Record<string, ClusterChange>

const table: readonly (readonly [State, Record<keyof typeof changes, string>])[] = [
  [
    'PENDING',
    {
      edit: 'refused state',
      resize: 'up PENDING',
      restart: 'unchanged',
      start: 'unchanged',
      terminate: 'down',
      delete: 'down for good',
    },
  ],
  [
    'RUNNING',
    {
      edit: 'start RESTARTING',
      resize: 'up RESIZING',
      restart: 'start RESTARTING',
      start: 'unchanged',
      terminate: 'down',
      delete: 'down for good',
    },
  ],
  [
    'RESIZING',
    {
      edit: 'refused state',
      resize: 'up RESIZING',
      restart: 'start RESTARTING',
      start: 'unchanged',
      terminate: 'down',
      delete: 'down for good',
    },
  ],
  [
    'RESTARTING',
    {
      edit: 'refused state',
      resize: 'up RESTARTING',
      restart: 'unchanged',
      start: 'unchanged',
      terminate: 'down',
      delete: 'down for good',
    },
  ],
  [
    'TERMINATING',
    {
      edit: 'refused state',
      resize: 'refused state',
      restart: 'unchanged',
      start: 'refused going',
      terminate: 'unchanged',
      delete: 'down for good',
    },
  ],
  [
    'TERMINATED',
    {
      edit: 'settings',
      resize: 'refused state',
      restart: 'unchanged',
      start: 'start PENDING',
      terminate: 'unchanged',
      delete: 'down for good',
    },
  ],
]

function told(wish: ReturnType<typeof wishOfChange>): string {
  if (wish.is === 'refused') return `refused ${wish.why}`
  if (wish.is === 'up') return `${wish.isStart ? 'start' : 'up'} ${wish.status.state}`
  if (wish.is === 'down') return wish.isForGood ? 'down for good' : 'down'
  return wish.is
}

describe.each(table)('%s', (state, wishes) => {
  test.each(Object.entries(wishes))('%s: %s', (action, wanted) => {
    const change = Object.values(changes).find((one) => one.action === action)
    expect(change && told(wishOfChange(clusterIn(state), change))).toBe(wanted)
  })
})

test.each(Object.values(changes))('nothing to $action where there is no cluster', (change) => {
  expect(wishOfChange(undefined, change)).toEqual({ is: 'unknown' })
})

test('the same settings, size or range again change nothing', () => {
  const running = clusterIn('RUNNING')
  const same: ClusterChange[] = [
    { action: 'edit', settings: running.spec },
    { action: 'resize', executors: { count: 10 } },
  ]
  for (const change of same) expect(wishOfChange(running, change)).toEqual({ is: 'unchanged' })
  const autoscale = { min: 10, max: 20 }
  const ranged = wishOfChange(running, { action: 'resize', executors: { autoscale } })
  expect(ranged).toMatchObject({ is: 'up', spec: { executors: { count: 10, autoscale } } })
})

test('a size in place of a range ends the range', () => {
  const spec = specOf({
    ...clusterSpec(10),
    executors: { machineType: 'n2-standard-8', spot: false, autoscale: { min: 10, max: 20 } },
  })
  const wish = wishOfChange(clusterIn('RUNNING', { spec }), {
    action: 'resize',
    executors: { count: 10 },
  })
  expect(wish).toMatchObject({ is: 'up', spec: { executors: { count: 10 } } })
  expect(wish.is === 'up' && 'autoscale' in wish.spec.executors).toBe(false)
})

test('deleting what is being deleted changes nothing', () => {
  const going = clusterIn('TERMINATING', { forGood: true })
  expect(wishOfChange(going, changes.delete)).toEqual({ is: 'unchanged' })
})

describe('a request for a cluster', () => {
  const spec = clusterSpec(10)
  test.each([
    ['there is none', undefined, 'start PENDING'],
    ['it runs', clusterIn('RUNNING'), 'unchanged'],
    ['it ended', clusterIn('TERMINATED'), 'start PENDING'],
    ['it is going', clusterIn('TERMINATING'), 'refused going'],
    ['it has other settings', clusterIn('RUNNING', { spec: settings }), 'refused other-settings'],
    ['it ended with others', clusterIn('TERMINATED', { spec: settings }), 'refused ended'],
  ])('when %s', (_, before, wanted) => {
    expect(told(wishOfRequest(before, spec))).toBe(wanted)
  })
})

test('where in its range a cluster stands is no setting, and a start begins at its least', () => {
  const executors = { machineType: 'n2-standard-8', spot: false, autoscale: { min: 2, max: 9 } }
  const asked = specOf({ ...clusterSpec(10), executors })
  const spec = { ...asked, executors: { ...asked.executors, count: 7 } }
  const running = clusterIn('RUNNING', { spec })
  expect(wishOfRequest(running, asked)).toEqual({ is: 'unchanged' })
  expect(wishOfChange(running, { action: 'restart' })).toMatchObject({ spec: asked })
  expect(wishOfChange(clusterIn('TERMINATED', { spec }), { action: 'start' })).toMatchObject({
    spec: asked,
  })
  const narrower = { action: 'resize', executors: { autoscale: { min: 1, max: 5 } } } as const
  expect(wishOfChange(running, narrower)).toMatchObject({ spec: { executors: { count: 5 } } })
})
