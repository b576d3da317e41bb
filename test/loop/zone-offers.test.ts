// Zones that do not have a machine type, where Kindling chooses the zone (rule *zone*).
import { expect, it } from 'vitest'
import { CLUSTER, event, startLoop, WORKSPACE } from './fixture.ts'

const machineType = 'n2-standard-8'

it('zone: a launch that moves on leaves out a zone that does not have its machines', async () => {
  const loop = await startLoop()
  const { faults } = loop.stack
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  await loop.reach(WORKSPACE, 'RUNNING')
  await faults.set('stock-out', { zone: 'europe-west4-b', machineType })
  await faults.set('not-offered', { zone: 'europe-west4-a', machineType })
  await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-1', { zone: 'auto' }))
  await loop.reach(CLUSTER, 'RUNNING')
  expect(await loop.cluster()).toMatchObject({
    adapted: { spec: { zone: 'europe-west4-c' }, tried: ['europe-west4-b', 'europe-west4-a'] },
  })
  await loop.stop()
})
