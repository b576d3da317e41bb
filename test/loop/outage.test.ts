// No retry storm: with Kubernetes, GKE, Firestore or Pub/Sub away for five minutes under a steady load, nothing fails that
// would not have failed, all is done soon after, and hardly more is called than without.
import { expect, it } from 'vitest'
import { DRAIN, type Outcome, services, underLoad } from './outage.ts'

const MORE_CALLS = 1.5

let undisturbed: Promise<Outcome> | undefined
const withoutOutage = (): Promise<Outcome> => (undisturbed ??= underLoad())

it('without an outage all is done as asked', async () => {
  expect(await withoutOutage()).toMatchObject({ failed: [] })
})

it.each(services)(
  'five minutes without %s fail nothing, are made up for in twice that time, and cost at most half as many calls again',
  async (service) => {
    const usual = await withoutOutage()
    const { failed, drainedMs, calls } = await underLoad(service)
    expect(failed).toEqual([])
    expect(drainedMs).toBeLessThanOrEqual(DRAIN)
    const tooOften = services.filter((each) => calls[each] > MORE_CALLS * usual.calls[each])
    expect(tooOften).toEqual([])
  },
)
