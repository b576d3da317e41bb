import { describe, expect, it } from 'vitest'
import { CLUSTER, event, startLoop, WORKSPACE } from './fixture.ts'

describe('a launch', () => {
  it('begins with two request events and ends with workspace and cluster RUNNING', async () => {
    const loop = await startLoop()
    await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
    await loop.reach(WORKSPACE, 'RUNNING')
    await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-1'))
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).toMatchObject({ executors: { requested: 10, ready: 10 } })
    await loop.stop()
  })
})
