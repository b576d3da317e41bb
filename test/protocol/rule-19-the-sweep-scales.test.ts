// Protocol rule 19. A sweep takes each run by a conditional write before it works on it, oldest first, page after page.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CallError } from '../../shared/call-error.ts'
import type { Query } from '../../shared/ports.ts'
import type { Call } from '../../shared/around.ts'
import { runPath } from '../../shared/domain/paths.ts'
import { Run } from '../../shared/domain/run.ts'
import { seconds } from '../../shared/domain/time.ts'
import { createOf } from '../../shared/runtime/stored.ts'
import { runAndAdvance } from '../../shared/runtime/advance.ts'
import { sweep } from '../../shared/runtime/sweep.ts'
import { named } from './gate.ts'
import { type Process, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene({ deaf: ['step-due', 'sweep'] })
  await scene.accept('workspace-requested')
})
afterEach(() => scene.stop())

const isBump = ({ method, args }: Call): boolean =>
  method === 'commit' && JSON.stringify(args).includes('/runs/')
const bumps = ({ gate }: Process) => gate.calls.filter(isBump)
const looksAt = ({ gate }: Process) => gate.calls.filter(({ method }) => method === 'snapshot')

function finds({ gate }: Process, shard: number) {
  const queries = gate.calls.filter(named('store.find')).map(({ args }) => args[0] as Query)
  return queries.flatMap((query) =>
    query.find === 'runs-due' && query.shard === shard ? [query] : [],
  )
}

/** Clusters that wait for the workspace, all in one shard, whose alarms rang one after the other. */
async function waiting(count: number): Promise<string[]> {
  const now = scene.clock.now()
  const paths = Array.from({ length: count }, (_, at) => `${WORKSPACE}/clusters/c${at}`)
  for (const [at, path] of paths.entries()) {
    const run = {
      is: 'waiting',
      waitsFor: WORKSPACE,
      generation: 1,
      direction: 'up',
      request: 'none',
      shard: 3,
      tries: 0,
      createdAt: now,
      wakeAt: now - count + at,
    }
    const entity = {
      kind: 'cluster',
      account: 'acme',
      workspace: 'analytics',
      cluster: path.slice(path.lastIndexOf('/') + 1),
      epoch: 1,
      generation: 1,
      want: 'up',
      request: 'none',
      changedAt: now,
      state: 'PENDING',
      waitsFor: WORKSPACE,
      spec: {
        runtime: '17.3.x-scala2.13',
        driver: { machineType: 'n2-standard-4' },
        executors: { count: 1, machineType: 'n2-standard-8', spot: false },
        zone: 'auto',
        autoterminationMinutes: 60,
      },
    }
    await scene.store.commit([createOf(path, entity), createOf(runPath(path, 1), run)])
  }
  return paths
}

const runOf = async (path: string) => Run.parse((await scene.store.get(runPath(path, 1)))?.data)

describe('rule 19: the sweep scales', () => {
  it('two sweeps at once: both find the run, one bumps it and works, the loser skips', async () => {
    await scene.clock.advance(seconds(21))
    const [first, second] = [scene.process(), scene.process()]
    const held = [first, second].map(({ gate }) => gate.hold('before', isBump))
    const work = Promise.all([sweep(first.world), sweep(second.world)])
    await scene.clock.advance(10)
    expect(held.map((each) => each.stopped())).toEqual([1, 1])
    for (const each of held) each.release()
    await scene.run(work)
    expect(await runOf(WORKSPACE)).toMatchObject({ tries: 1 })
    expect([bumps(first), bumps(second)].map((each) => each.length)).toEqual([1, 1])
    // Each reads the time; only the winner reads the entity.
    expect([first, second].filter((each) => looksAt(each).length > 1)).toHaveLength(1)
  })

  it('the bump is written before the work: a sweep that dies in the middle has not taken the alarm with it', async () => {
    await scene.clock.advance(seconds(21))
    const dead = scene.process()
    const working = dead.gate.hold('after', isBump)
    void sweep(dead.world)
    await scene.clock.advance(10)
    expect(working.stopped()).toBe(1)
    const run = await runOf(WORKSPACE)
    const wakeAt = 'wakeAt' in run ? (run.wakeAt ?? 0) : 0
    expect(wakeAt).toBeGreaterThan(scene.clock.now())
    expect(wakeAt).toBeLessThanOrEqual(scene.clock.now() + seconds(60))
  })

  it('more than two pages of due runs: every one is looked at in one sweep, oldest first, 200 at a time', async () => {
    const paths = await waiting(450)
    const sweeper = scene.process()
    await scene.run(sweep(sweeper.world))
    expect(finds(sweeper, 3)).toHaveLength(3)
    for (const { limit } of finds(sweeper, 3)) expect(limit).toBe(200)
    for (const path of paths) expect(await runOf(path)).toMatchObject({ tries: 1 })
    const order = bumps(sweeper).map(({ args }) => JSON.stringify(args))
    const at = (cluster: string) => order.findIndex((text) => text.includes(`/${cluster}/runs/`))
    expect(at('c0')).toBeLessThan(at('c199'))
    expect(at('c199')).toBeLessThan(at('c449'))
  })

  it('a fault in one run stops neither the others nor the sweep', async () => {
    const paths = await waiting(20)
    const broken = `${WORKSPACE}/clusters/broken/runs/1`
    await scene.store.commit([createOf(broken, { shard: 3, wakeAt: 1, is: 'nonsense' })])
    scene.main.gate.answer(
      ({ method, args }) => method === 'commit' && JSON.stringify(args).includes('/c7/runs/'),
      async () => {
        throw new Error('the store has a bad moment')
      },
    )
    await scene.run(sweep(scene.main.world))
    const swept = await Promise.all(paths.map(runOf))
    expect(swept.filter((run) => 'tries' in run && run.tries === 1)).toHaveLength(19)
    const told = (of: string) =>
      scene.logged.filter(({ message }) => message === of).map(({ fields }) => fields['path'])
    expect(told('sweep of a run failed')).toEqual([`${WORKSPACE}/clusters/c7`])
    expect(told('document parked')).toEqual([broken])
  })

  it('a whole page of runs that cannot be bumped ends the sweep, and is no hot loop', async () => {
    for (let at = 0; at < 200; at++) {
      const path = `${WORKSPACE}/clusters/broken${at}/runs/1`
      await scene.store.commit([createOf(path, { shard: 3, wakeAt: 1, is: 'nonsense' })])
    }
    const sweeper = scene.process()
    sweeper.gate.hold('before', (call) => named('store.find')(call) && finds(sweeper, 3).length > 3)
    await scene.run(sweep(sweeper.world), seconds(60))
    expect(finds(sweeper, 3)).toHaveLength(1)
  })

  it('a whole page of parked runs keeps nobody behind it from the next sweep', async () => {
    for (let at = 0; at < 200; at++) {
      const path = `${WORKSPACE}/clusters/broken${at}/runs/1`
      await scene.store.commit([createOf(path, { shard: 3, wakeAt: 1, is: 'nonsense' })])
    }
    const paths = await waiting(3)
    await scene.run(sweep(scene.main.world))
    await scene.run(sweep(scene.main.world))
    for (const path of paths) expect(await runOf(path)).toMatchObject({ tries: 1 })
  })

  it('a run that does not come to its goal is looked at less and less often, but always again', async () => {
    // An undo that cannot succeed: it never gives up.
    const { world, gate } = scene.main
    await scene.run(
      runAndAdvance(world, { entity: WORKSPACE, generation: 1, key: 'network-g1', n: 1 }),
    )
    await scene.clock.advance(seconds(20))
    gate.answer(named('network.delete'), async () => {
      throw new CallError('unavailable', 'not today')
    })
    await scene.wantDown(WORKSPACE)
    scene.deaf.delete('sweep')
    await scene.ticks(30)
    const early = await scene.currentRun(WORKSPACE)
    await scene.ticks(60)
    const late = await scene.currentRun(WORKSPACE)
    const [first, then] = [early, late].map((run) => ('tries' in run ? run.tries : 0))
    expect(first).toBeGreaterThan(20)
    expect((then ?? 0) - (first ?? 0)).toBeGreaterThan(3)
    expect((then ?? 0) - (first ?? 0)).toBeLessThan(30)
  })
})
