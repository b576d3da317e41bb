// Requests that meet what is under way: an update whose maker died, pods that do not leave, a deletion that still settles.
import { afterEach, describe, expect, it } from 'vitest'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { ask, change, outcomeOf, startRunning } from './lifecycle.ts'
import { heldBy, inKubernetes } from './whole.ts'

let loop: Loop | undefined
afterEach(() => loop?.stop())

const MINUTE = 60_000

const statesTold = async ({ stack }: Loop): Promise<unknown[]> => {
  const facts = await stack.store.list(`${CLUSTER}/facts`)
  const told = facts.map(({ data }) => data['lifecycle'] as { state: string; at: number })
  return told.toSorted((a, b) => a.at - b.at).map(({ state }) => state)
}

describe('what is told', () => {
  it('every state that a cluster comes to by a request', async () => {
    loop = await startRunning(2)
    await ask(loop, 'more', { action: 'resize', executors: { count: 3 } })
    await loop.reach(CLUSTER, 'RUNNING')
    await ask(loop, 'again', { action: 'restart' })
    await loop.reach(CLUSTER, 'RUNNING')
    await ask(loop, 'end', { action: 'terminate' })
    await loop.reach(CLUSTER, 'TERMINATED')
    await ask(loop, 'go', { action: 'start' })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await statesTold(loop)).toEqual([
      'RUNNING',
      'RESIZING',
      'RUNNING',
      'RESTARTING',
      'RUNNING',
      'TERMINATING',
      'TERMINATED',
      'PENDING',
      'RUNNING',
    ])
  })
})

describe('a cluster that waits for its workspace', () => {
  it('is resized, then deleted, then asked for again: the newest counts, each of the others is told', async () => {
    loop = await startLoop()
    await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
    await loop.clock.advance(MINUTE)
    await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-1'))
    await loop.clock.advance(1000)
    expect(await loop.cluster()).toMatchObject({ state: 'PENDING', waitsFor: WORKSPACE })
    await ask(loop, 'more', { action: 'resize', executors: { count: 4 } })
    expect(await outcomeOf(loop, 'c-1')).toMatchObject({ is: 'superseded' })
    await ask(loop, 'forget', { action: 'delete' })
    expect(await outcomeOf(loop, 'more')).toMatchObject({ is: 'superseded' })
    expect(await outcomeOf(loop, 'forget')).toMatchObject({ is: 'reached' })
    expect(await loop.entity(CLUSTER)).toBeUndefined()
    await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-2'))
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).toMatchObject({ generation: 3, executors: { ready: 10 } })
    expect(inKubernetes(loop).filter((name) => name.includes('/'))).toHaveLength(11)
  })
})

describe('a deletion that still settles', () => {
  it('takes no new cluster of its id, then does, with names of its own', async () => {
    loop = await startRunning(3)
    await ask(loop, 'forget', { action: 'delete' })
    await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-2'))
    expect(await outcomeOf(loop, 'c-2')).toMatchObject({ is: 'rejected' })
    expect(await ask(loop, 'go', { action: 'start' })).toMatchObject({ is: 'rejected' })
    expect(await ask(loop, 'stop', { action: 'terminate' })).toMatchObject({ is: 'unchanged' })
    const running = loop
    await loop.clock.until('gone', async () => !(await running.entity(CLUSTER)), 30 * MINUTE)
    await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-3'))
    await loop.reach(CLUSTER, 'RUNNING')
    expect((await loop.cluster()).generation).toBe(3)
  })

  it('nobody looks for what is forgotten', async () => {
    loop = await startRunning(3)
    await ask(loop, 'stop', { action: 'terminate' })
    await ask(loop, 'forget', { action: 'delete' })
    const running = loop
    await loop.clock.until('gone', async () => !(await running.entity(CLUSTER)), 30 * MINUTE)
    const runs = await loop.stack.store.list(`${CLUSTER}/runs`)
    expect(runs.filter(({ data }) => data['wakeAt'] !== undefined)).toEqual([])
    expect(heldBy(loop, CLUSTER)).toEqual([])
  })
})

describe('requests on top of each other', () => {
  it('resize, restart, resize, edit in one breath: comes to the last, each earlier one is told', async () => {
    loop = await startRunning(10)
    const wanted = [
      { action: 'resize', executors: { count: 120 } },
      { action: 'restart' },
      { action: 'resize', executors: { count: 60 } },
      { action: 'restart' },
      { action: 'resize', executors: { count: 7 } },
    ]
    for (const [at, each] of wanted.entries()) {
      await loop.stack.publish('cluster-change-requested', change(`r-${at}`, each))
      await loop.clock.advance(700)
    }
    await loop.clock.advance(5000)
    const running = loop
    const settled = async (): Promise<boolean> => {
      const { generation } = await running.cluster()
      const run = await running.stack.store.get(`${CLUSTER}/runs/${generation}`)
      return run?.data['is'] === 'settled'
    }
    await loop.clock.until('settled', settled, 30 * MINUTE)
    expect(await loop.cluster()).toMatchObject({ state: 'RUNNING', executors: { ready: 7 } })
    expect(inKubernetes(loop).filter((name) => name.includes('/'))).toHaveLength(8)
    const outcomes = await Promise.all(wanted.map((_, at) => outcomeOf(running, `r-${at}`)))
    expect(outcomes.filter(({ is }) => is === 'accepted')).toEqual([])
    expect(outcomes.at(-1)).toMatchObject({ is: 'reached' })
  })
})
