// A cluster that runs is not ended because a part of it cannot be mended, unless nothing of it runs any more.
import { expect, test } from 'vitest'
import {
  clusterItems,
  clusterPlan,
  entityOf,
  entryOf,
  observationOf,
  situationOf,
} from '../../test/situations.ts'
import { decide } from './decide.ts'
import { Entity } from './entity.ts'
import { reasonOf } from './reasons/reason.ts'
import type { Situation } from './situation.ts'

const plan = clusterPlan(60, 1)
const reason = reasonOf('GCP_SERVICE_ACCOUNT_DELETED', { gcp_error_message: 'no account' })
const failure = { message: 'no account', permanent: true, reason }
const executors = { requested: 60, ready: 60 }
const entity = Entity.parse({ ...entityOf(plan.subject), state: 'RUNNING', executors })

/** Its pods found nodes in a pool that then turned out to be in error, and went with it. */
function failed(driver: 'ready' | 'pending' | 'failed' | 'absent', permanent = true): Situation {
  const ledger = clusterItems(60, 1).map((item) =>
    item.step === 'executor-pool'
      ? entryOf(item, 'coming', { failure: { ...failure, permanent }, failures: 1 })
      : entryOf(item, 'present'),
  )
  const observation = observationOf({ driver, executors: { total: 60, ready: 0, failed: 0 } })
  return situationOf(plan, { entity, ledger, observation })
}

test.each(['pending', 'failed', 'absent'] as const)(
  'a step that cannot succeed ends it when its driver is %s',
  (driver) => {
    expect(decide(failed(driver)).fail).toEqual(reason)
  },
)

test('it goes on with a driver', () => {
  expect(decide(failed('ready')).fail).toBeUndefined()
})

test('it goes on while trying again may help', () => {
  expect(decide(failed('pending', false)).fail).toBeUndefined()
})

test('it goes on when nobody reports: silence is not the loss of a driver', () => {
  expect(decide({ ...failed('pending'), observation: undefined }).fail).toBeUndefined()
})
