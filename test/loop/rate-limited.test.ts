// An API server that refuses a part of all calls (429): slower, and no failure.
import { expect, it } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { CLUSTER, startLoop, WORKSPACE } from './fixture.ts'
import { askForCluster, askForWorkspace } from './whole.ts'

it('a launch comes to run while three calls of ten are refused', async () => {
  const loop = await startLoop()
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await loop.stack.faults.set('kubernetes-rate-limit', { chance: 0.3 })
  await askForCluster(loop, { count: 60 })
  await loop.reach(CLUSTER, 'RUNNING', minutes(15))
  expect(await loop.cluster()).toMatchObject({ executors: { requested: 60, ready: 60 } })
  await loop.stop()
})
