// Protocol rule 1. A run carries its own alarm until it settles, so that the sweep finds it whatever was lost.
import { afterEach, describe, expect, it } from 'vitest'
import { seconds } from '../../shared/domain/time.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { runAttempt } from '../../shared/runtime/attempt.ts'
import { CLUSTER, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
afterEach(() => scene.stop())

const network = { entity: WORKSPACE, generation: 1, key: 'network-g1', n: 1 }

describe('rule 1: runs carry the alarm', () => {
  it('request stored, process dies before anything else, every event and hint is lost: ticks alone launch it', async () => {
    const deaf = ['step-due', 'announce', 'operation-ended', 'pod-ready', 'idle-timeout'] as const
    scene = await startScene({ deaf })
    await scene.accept('workspace-requested')
    await scene.ticks(25)
    expect((await scene.entity(WORKSPACE)).state).toBe('RUNNING')
    await scene.accept('cluster-requested')
    await scene.ticks(15)
    expect((await scene.entity(CLUSTER)).state).toBe('RUNNING')
  })

  it('a step is recorded and the process dies before it looks again: the next tick goes on', async () => {
    scene = await startScene({ deaf: ['step-due'] })
    await scene.accept('workspace-requested')
    await scene.run(runAttempt(scene.main.world, network))
    expect(await scene.entry(WORKSPACE, 'network-g1')).toMatchObject({ claim: { open: false } })
    expect(await scene.entry(WORKSPACE, 'subnet-g1')).toBeUndefined()
    await scene.ticks(3)
    expect(await scene.entry(WORKSPACE, 'subnet-g1')).toMatchObject({ claim: { open: false } })
  })

  it('an attempt whose event was lost is run by the sweep once it is unclaimed for 20 s, not before', async () => {
    scene = await startScene({ deaf: ['step-due', 'sweep'] })
    await scene.accept('workspace-requested')
    const look = () => scene.run(advance(scene.main.world, WORKSPACE, { runForgotten: true }))
    await scene.clock.advance(seconds(19))
    await look()
    expect(await scene.entry(WORKSPACE, 'network-g1')).toBeUndefined()
    await scene.clock.advance(seconds(1))
    await look()
    expect(await scene.entry(WORKSPACE, 'network-g1')).toMatchObject({ n: 1 })
  })

  it('the alarm stands in every version of a run until it settles or is superseded', async () => {
    scene = await startScene()
    const without: unknown[] = []
    scene.store.onWritten(({ path, data }) => {
      const isLive = data?.['is'] === 'waiting' || data?.['is'] === 'active'
      if (path.includes('/runs/') && isLive && typeof data['wakeAt'] !== 'number')
        without.push(data)
    })
    await scene.accept('workspace-requested')
    await scene.accept('cluster-requested')
    await scene.reach(CLUSTER, 'RUNNING')
    expect(without).toEqual([])
    await scene.wantDown(CLUSTER)
    expect(await scene.currentRun(CLUSTER)).toMatchObject({ is: 'active', direction: 'down' })
    scene.deaf.add('step-due')
    await scene.ticks(8)
    expect(await scene.currentRun(CLUSTER)).toMatchObject({ is: 'settled' })
    expect(await scene.currentRun(CLUSTER)).not.toHaveProperty('wakeAt')
    expect(without).toEqual([])
  })
})
