// Changes that cannot be, because of what they say or how things stand: told why, and nothing changed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLUSTER, event } from '../loop/fixture.ts'
import { ask, startRunning } from '../loop/lifecycle.ts'
import { openInbox, refusalIn, type Inbox, startInbox, text } from './inbox.ts'

let inbox: Inbox
let serial = 0
beforeAll(async () => {
  inbox = await startInbox()
})
afterAll(() => inbox.stop())

async function refused(data: Record<string, unknown>, account = 'acme') {
  const message = event('cluster-change-requested', `change-${++serial}`, data)
  return refusalIn(await inbox.submit('cluster-change-requested', message), account)
}

const settings = {
  runtime: '17.3.x-scala2.13',
  driver: { machineType: 'n2-standard-4' },
  executors: { count: 10, machineType: 'n2-standard-8' },
}

describe('what the message says', () => {
  test.each([
    ['no change', undefined, 'data.change'],
    ['an unknown action', { action: 'pause' }, 'data.change.action'],
    [
      'min above max',
      { action: 'resize', executors: { autoscale: { min: 9, max: 2 } } },
      'data.change.executors.autoscale.max',
    ],
    [
      'a size and a range',
      { action: 'resize', executors: { count: 3, autoscale: { min: 1, max: 2 } } },
      'data.change.executors.count',
    ],
    ['no size', { action: 'resize', executors: {} }, 'data.change.executors.count'],
    ['an edit without settings', { action: 'edit' }, 'data.change.settings'],
  ])('%s', async (_, change, field) => {
    expect(await refused({ change })).toMatchObject({ code: 'INVALID_PARAMETER_VALUE', field })
  })

  test.each([
    ['runtime', { ...settings, runtime: '1.0.x-scala2.9' }],
    ['driver.machineType', { ...settings, driver: { machineType: 'n2-standard-5' } }],
    ['executors.machineType', { ...settings, executors: { count: 1, machineType: 'e2-micro-1' } }],
  ])('an edit to a %s that nobody knows', async (field, wrong) => {
    expect(await refused({ change: { action: 'edit', settings: wrong } })).toMatchObject({
      code: 'INVALID_PARAMETER_VALUE',
      field: `data.change.settings.${field}`,
    })
  })
})

describe('what does not exist, or is not yours', () => {
  test.each(['edit', 'resize', 'restart', 'start', 'terminate', 'delete'])('%s', async (action) => {
    const more =
      action === 'edit' ? { settings } : action === 'resize' ? { executors: { count: 2 } } : {}
    expect(await refused({ cluster: 'nowhere', change: { action, ...more } })).toMatchObject({
      code: 'RESOURCE_DOES_NOT_EXIST',
      field: 'data.cluster',
      got: 'nowhere',
      mend: text('cluster.requested'),
    })
  })

  test('the same ids in another account', async () => {
    expect(
      await refused({ account: 'other', change: { action: 'restart' } }, 'other'),
    ).toMatchObject({
      code: 'RESOURCE_DOES_NOT_EXIST',
      field: 'data.workspace',
    })
  })

  test('a workspace that is not there', async () => {
    const message = event('workspace-change-requested', 'w-none', { workspace: 'nowhere' })
    const told = refusalIn(await inbox.submit('workspace-change-requested', message), 'acme')
    expect(told).toMatchObject({ code: 'RESOURCE_DOES_NOT_EXIST', field: 'data.workspace' })
  })
})

describe('the state that it is in', () => {
  let ended: Inbox
  beforeAll(async () => {
    const loop = await startRunning(1)
    await ask(loop, 'end', { action: 'terminate' })
    await loop.reach(CLUSTER, 'TERMINATED')
    await loop.clock.advance(120_000)
    ended = openInbox(loop)
  })
  afterAll(() => ended.stop())

  const refusedThere = async (change: Record<string, unknown>): Promise<unknown> => {
    const message = event('cluster-change-requested', `there-${++serial}`, { change })
    return refusalIn(await ended.submit('cluster-change-requested', message, 2000), 'acme')
  }

  test('a resize of a cluster that has ended', async () => {
    const change = { action: 'resize', executors: { count: 2 } }
    expect(await refusedThere(change)).toMatchObject({
      code: 'INVALID_STATE',
      got: 'TERMINATED',
      allowed: 'PENDING, RUNNING, RESIZING, RESTARTING',
      mend: text('start'),
    })
  })

  test('an edit to a zone of another region', async () => {
    const change = { action: 'edit', settings: { ...settings, zone: 'us-east1-b' } }
    expect(await refusedThere(change)).toMatchObject({
      code: 'INVALID_PARAMETER_VALUE',
      got: 'us-east1-b',
    })
  })
})
