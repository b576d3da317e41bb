// Protocol rule 15. A request has one outcome, whatever is delivered twice, at once, late, or under a name already used.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clusterRequested } from '../../events/cluster-requested.ts'
import { handle } from '../../functions/cluster-requested/handler.ts'
import { RequestOutcome } from '../../shared/domain/records.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { named } from './gate.ts'
import { CLUSTER, event, type Scene, startScene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
})
afterEach(() => scene.stop())

const cluster = (id: string, data = {}) => event('cluster-requested', id, data)
const pathOf = (data: string) => takeIn({ id: 'any', data }, clusterRequested).ref.path
const deliver = (data: string, { world } = scene.main) =>
  handle(world, { topic: 'cluster-requested', message: { id: 'any', data } })
const runs = () => scene.store.list(`${CLUSTER}/runs`)

async function outcome(data: string): Promise<RequestOutcome> {
  return RequestOutcome.parse((await scene.store.get(pathOf(data)))?.data)
}

describe('rule 15: one request, one transaction', () => {
  it('the same message four times, three of them at once: one outcome, one generation', async () => {
    const data = cluster('once')
    await scene.run(Promise.all([1, 2, 3].map(() => deliver(data, scene.process()))))
    await scene.run(deliver(data))
    expect(await outcome(data)).toMatchObject({ is: 'accepted', generation: 1 })
    expect(await runs()).toHaveLength(1)
  })

  it('the process dies after the transaction: the repeat finds the outcome, and goes on from there', async () => {
    scene.deaf.add('step-due').add('sweep')
    const dead = scene.process()
    const isAccepted = () => scene.store.dump().some(({ path }) => path === CLUSTER)
    dead.gate.hold('after', (call) => named('store.transaction')(call) && isAccepted())
    void deliver(cluster('dies'), dead)
    await scene.clock.advance(10)
    expect(await outcome(cluster('dies'))).toMatchObject({ is: 'accepted' })
    scene.deaf.clear()
    await scene.run(deliver(cluster('dies')))
    await scene.reach(CLUSTER, 'RUNNING')
    expect(await runs()).toHaveLength(1)
    await scene.ticks(2)
    expect(await outcome(cluster('dies'))).toMatchObject({ is: 'reached' })
  })

  it('another message under the same id is refused aloud, and the first outcome stands', async () => {
    const first = cluster('reused')
    const second = cluster('reused', {
      cluster: 'other',
      executors: { count: 2, machineType: 'n2-standard-8' },
    })
    expect(pathOf(second)).toBe(pathOf(first))
    await scene.run(deliver(first))
    await scene.run(deliver(second))
    await scene.run(deliver(second))
    expect(await outcome(first)).toMatchObject({ is: 'accepted', entity: CLUSTER })
    expect(await scene.store.get(CLUSTER.replace('etl', 'other'))).toBeUndefined()
    await scene.ticks(1)
    const refusals = scene.told.filter(({ data }) => data['state'] === 'REJECTED')
    expect(refusals).toHaveLength(1)
    expect(refusals[0]?.data).toMatchObject({ reason: { code: 'ALREADY_EXISTS', field: 'id' } })
  })

  it('a request whose generation is superseded before it is reached ends as superseded, or as failed with the reason', async () => {
    const data = cluster('early')
    await scene.run(deliver(data))
    await scene.wantDown(CLUSTER)
    expect(await outcome(data)).toMatchObject({ is: 'superseded', by: 2 })

    const other = cluster('other', { cluster: 'other' })
    await scene.run(deliver(other))
    const fault = { code: 'UNKNOWN', type: 'SERVICE_FAULT' as const, message: 'broken' }
    const path = CLUSTER.replace('etl', 'other')
    await scene.run(takeDown(scene.main.world, path, { generation: 1, reason: fault, by: 'fail' }))
    expect(await outcome(other)).toMatchObject({ is: 'failed', reason: fault })
  })

  it('two requests that nobody sends, for one generation: one of them counts, and a newer wish wins over both', async () => {
    await scene.run(deliver(cluster('one')))
    const reason = { code: 'INACTIVITY', type: 'SUCCESS' as const, message: 'idle' }
    const down = (by: string, generation: number) =>
      takeDown(scene.process().world, CLUSTER, { generation, reason, by })
    const taken = await scene.run(Promise.all([down('idle', 1), down('fail', 1)]))
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await scene.run(down('idle', 1))).toBe(false)
    await scene.reach(CLUSTER, 'TERMINATED')
    await scene.run(deliver(cluster('two')))
    expect(await scene.run(down('idle', 1))).toBe(false)
    expect(await scene.run(down('idle', 2))).toBe(false)
    expect(await scene.entity(CLUSTER)).toMatchObject({ generation: 3, want: 'up' })
  })
})
