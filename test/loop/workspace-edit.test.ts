// What becomes of a workspace while nobody works is edited while it is there: asleep, awake, on its way out.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestOutcome } from '../../shared/domain/records.ts'
import { canLaunch } from '../../shared/domain/hibernation.ts'
import { hours, type Instant, minutes } from '../../shared/domain/time.ts'
import { event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { end } from './whole.ts'

/** The loop begins at midnight, UTC. */
const HOUR = Date.parse('2026-01-02T08:00Z')
const prewarm = { days: ['FR'], hour: 8, minute: 0, timeZone: 'UTC' }

let loop: Loop
beforeEach(async () => {
  loop = await startLoop()
  await request('w-1', { hibernateAfterHours: 1 })
  await loop.reach(WORKSPACE, 'RUNNING')
})
afterEach(() => loop.stop())

async function request(id: string, data: object): Promise<void> {
  await loop.stack.publish('workspace-requested', event('workspace-requested', id, { ...data }))
}

async function edit(id: string, settings: object, workspace = 'analytics'): Promise<object> {
  const data = { workspace, change: { action: 'edit', settings } }
  const text = event('workspace-change-requested', id, data)
  await loop.stack.publish('workspace-change-requested', text)
  await loop.clock.advance(minutes(1))
  return outcome(id)
}

async function outcome(id: string): Promise<object> {
  const requests = await loop.stack.store.list('accounts/acme/requests')
  const found = requests.find(({ data }) => data['event'] === id)
  return RequestOutcome.parse(found?.data)
}

const moveTo = (instant: Instant): Promise<void> => loop.clock.advance(instant - loop.clock.now())
const workspace = async () => {
  const found = await loop.entity(WORKSPACE)
  if (found?.kind !== 'workspace') throw new Error('there is no workspace')
  return found
}

describe('editing a workspace', () => {
  it('that sleeps: given a schedule, it is awake at its hour; without it again, it sleeps on', async () => {
    await loop.clock.advance(hours(14))
    const { generation, changedAt } = await workspace()
    expect(await workspace()).toMatchObject({ hibernation: 'HIBERNATED' })
    const settings = { hibernateAfterHours: 1, prewarm }
    expect(await edit('e-1', settings)).toMatchObject({ is: 'reached', generation })
    expect(await workspace()).toMatchObject({ generation, changedAt, spec: settings })
    await moveTo(HOUR)
    expect(canLaunch(await workspace())).toBe(true)
    expect(await edit('e-2', { hibernateAfterHours: 1 })).toMatchObject({ is: 'reached' })
    expect((await workspace()).spec).not.toHaveProperty('prewarm')
    await loop.clock.advance(hours(14))
    expect(await workspace()).toMatchObject({ hibernation: 'HIBERNATED' })
    const { generation: asleep } = await workspace()
    await moveTo(HOUR + hours(7 * 24))
    expect(await workspace()).toMatchObject({ generation: asleep, hibernation: 'HIBERNATED' })
  })

  it('that is awake: it stays awake for as long as it is told now', async () => {
    expect(await edit('e-1', { hibernateAfterHours: 48 })).toMatchObject({ is: 'reached' })
    await loop.clock.advance(hours(47))
    expect(canLaunch(await workspace())).toBe(true)
    await loop.clock.advance(hours(3))
    expect(await workspace()).toMatchObject({ hibernation: 'HIBERNATED' })
  })

  it('the request that names its settings as they are now changes nothing, the old one is refused', async () => {
    await edit('e-1', { hibernateAfterHours: 48, prewarm })
    await edit('e-1', { hibernateAfterHours: 48, prewarm })
    await request('w-2', { hibernateAfterHours: 48, prewarm })
    await request('w-3', { hibernateAfterHours: 1 })
    await loop.clock.advance(minutes(1))
    expect(await outcome('w-2')).toMatchObject({ is: 'unchanged', generation: 1 })
    expect(await outcome('w-3')).toMatchObject({
      is: 'rejected',
      reason: { code: 'RESOURCE_ALREADY_EXISTS' },
    })
  })

  it.each([
    [
      'a time zone that does not exist',
      { prewarm: { ...prewarm, timeZone: 'Mars/Base' } },
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.change.settings.prewarm.timeZone' },
    ],
    [
      'a day twice',
      { prewarm: { ...prewarm, days: ['MO', 'MO'] } },
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.change.settings.prewarm.days' },
    ],
    [
      'a schedule for one that never sleeps',
      { prewarm, hibernateAfterHours: 0 },
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.change.settings.prewarm' },
    ],
    [
      'what cannot be edited',
      { region: 'europe-west1' },
      { code: 'INVALID_PARAMETER_VALUE', field: 'data.change.settings.region' },
    ],
  ])('%s is refused, and nothing is changed', async (_, settings, reason) => {
    const before = await workspace()
    expect(await edit('e-1', settings)).toMatchObject({ is: 'rejected', reason })
    expect(await workspace()).toEqual(before)
  })

  it('that is on its way out, or that nobody knows, is refused', async () => {
    await end(loop, WORKSPACE)
    expect(await edit('e-1', { prewarm })).toMatchObject({
      is: 'rejected',
      reason: { code: 'INVALID_STATE' },
    })
    expect(await edit('e-2', { prewarm }, 'nowhere')).toMatchObject({ is: 'rejected' })
  })
})
