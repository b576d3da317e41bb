import { describe, expect, it } from 'vitest'
import { clustersIn, plain, poolMessage, poolsIn } from './gke-messages.ts'

describe('messages of the container API', () => {
  it('carry durations as seconds and nanoseconds', () => {
    const config = { machineType: 'n2-standard-4', consolidationDelay: '90.5s' }
    expect(poolMessage({ name: 'p', config })).toMatchObject({
      config: { machineType: 'n2-standard-4', consolidationDelay: { seconds: 90, nanos: 5e8 } },
    })
  })

  it('lose what is not set, keep zero, false and empty labels, and read 64-bit numbers', () => {
    const message = {
      name: 'p',
      etag: '',
      status: 'STATUS_UNSPECIFIED',
      locations: [],
      bestEffortProvisioning: null,
      initialNodeCount: 0,
      config: {
        spot: false,
        labels: { empty: '' },
        metadata: {},
        consolidationDelay: { seconds: '120', nanos: 0 },
      },
      maxPodsConstraint: { maxPodsPerNode: '32' },
      _linuxNodeConfig: 'linuxNodeConfig',
    }
    expect(plain(message)).toEqual({
      name: 'p',
      initialNodeCount: 0,
      config: { spot: false, labels: { empty: '' }, consolidationDelay: '120s' },
      maxPodsConstraint: { maxPodsPerNode: 32 },
    })
  })
})

describe('lists of the container API', () => {
  it('are what is in them, also when nothing is', () => {
    const clusters = [{ name: 'a', etag: '' }, { name: 'b' }]
    expect(clustersIn({ clusters, missingZones: [] }, 'list')).toEqual([
      { name: 'a' },
      { name: 'b' },
    ])
    expect(clustersIn({ clusters: [], missingZones: [] }, 'list')).toEqual([])
    expect(poolsIn({ nodePools: [] })).toEqual([])
  })

  it('from which a zone is missing are no lists: what is not in them is unknown, not absent', () => {
    const answer = { clusters: [{ name: 'a' }], missingZones: ['europe-west4-b'] }
    expect(() => clustersIn(answer, 'list')).toThrow(
      expect.objectContaining({
        kind: 'unavailable',
        message: 'list: no answer from europe-west4-b',
      }),
    )
  })
})
