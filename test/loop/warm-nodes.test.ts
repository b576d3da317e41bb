// A workspace that keeps nodes warm: launches take their places, and what they cost is told apart.
import { afterEach, describe, expect, it } from 'vitest'
import { readBill } from '../../infra/cli/stored-bill.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { ask } from './lifecycle.ts'

let loop: Loop | undefined
afterEach(() => loop?.stop())

const MACHINE = 'n2-standard-8'
const WARM = { monthlyBudget: 5000, nodes: [{ machineType: MACHINE, count: 4 }] }

async function startWorkspace(data: Record<string, unknown>): Promise<Loop> {
  const running = await startLoop()
  loop = running
  await running.stack.publish('workspace-requested', event('workspace-requested', 'w', data))
  await running.reach(WORKSPACE, 'RUNNING')
  return running
}

/** The nodes of the pods in namespaces that begin so, each time that one stands there. */
function nodesUnder({ stack }: Loop, start: string): string[] {
  return [...stack.data.clusters.values()].flatMap((engine) =>
    [...engine.snapshot('v1', 'Pod')]
      .filter(({ metadata }) => metadata.namespace?.startsWith(start))
      .flatMap(({ spec }) => (typeof spec?.['nodeName'] === 'string' ? [spec['nodeName']] : [])),
  )
}
const placeholders = (running: Loop): string[] => nodesUnder(running, 'kindling-warm')
const podNodes = (running: Loop): string[] => nodesUnder(running, 'kdl-')

async function whenWarm(running: Loop, count: number): Promise<void> {
  await running.clock.until(
    `${count} warm nodes`,
    () => placeholders(running).length === count,
    minutes(10),
  )
  // Their pods start, which pulls the image.
  await running.clock.advance(minutes(2))
}

async function launch(running: Loop, count: number, id = 'c'): Promise<number> {
  const nodes = { machineType: MACHINE }
  const data = { driver: nodes, executors: { ...nodes, count }, autoterminationMinutes: 60 }
  const from = running.clock.now()
  await running.stack.publish('cluster-requested', event('cluster-requested', id, data))
  await running.reach(CLUSTER, 'RUNNING')
  return running.clock.now() - from
}

describe('warm nodes', () => {
  it('are taken by a launch, which is faster for it, and come again', async () => {
    const cold = await startWorkspace({ shapes: [{ machineType: MACHINE }] })
    await cold.clock.advance(minutes(10))
    const without = await launch(cold, 3)
    await cold.stop()

    const warm = await startWorkspace({ warm: WARM })
    await whenWarm(warm, 4)
    const kept = new Set(placeholders(warm))
    expect(kept.size).toBe(4)
    const withThem = await launch(warm, 3)
    expect(podNodes(warm).toSorted()).toEqual([...kept].toSorted())
    await whenWarm(warm, 4)
    expect(placeholders(warm).filter((node) => kept.has(node))).toEqual([])
    process.stdout.write(
      `3 executors into a pool that is there: ${without / 1000} s, onto warm nodes: ${withThem / 1000} s\n`,
    )
    expect(withThem).toBeLessThan(without / 2)
  })

  it('do not hold up a launch that is larger than they are many', async () => {
    const running = await startWorkspace({ warm: WARM })
    await whenWarm(running, 4)
    await launch(running, 10)
    expect(new Set(podNodes(running)).size).toBe(11)
    await whenWarm(running, 4)
    expect(placeholders(running).filter((node) => podNodes(running).includes(node))).toEqual([])
  })

  it('cost what the bill says of them, clusters and the rest beside, to the millionth', async () => {
    const running = await startWorkspace({ warm: WARM })
    await whenWarm(running, 4)
    await running.clock.advance(minutes(60))
    await launch(running, 3)
    await running.clock.advance(minutes(60))
    await ask(running, 'end', { action: 'terminate' })
    await running.reach(CLUSTER, 'TERMINATED')
    await running.clock.advance(minutes(60))
    const bill = await readBill(running.stack.reader, WORKSPACE, running.clock.now())
    if (!bill) throw new Error('there is no bill')
    const [etl] = bill.clusters
    expect(bill.clusters).toHaveLength(1)
    expect((etl?.cost ?? 0) + bill.warm.cost + bill.unassigned.cost).toBe(bill.total)
    const [kept] = bill.keptWarm
    expect(kept).toMatchObject({ wanted: 4, count: 4 })
    // Four nodes for three hours, but for what the audit has not read yet, and the boot of those that came again.
    const hours = bill.warm.nodeSeconds / 3600
    expect(hours).toBeGreaterThan(4 * 2.5)
    expect(hours).toBeLessThan(4 * 3.5)
    expect(bill.warm.cost).toBeCloseTo((hours * (kept?.each ?? 0)) / 744, -3)
    expect((etl?.nodeSeconds ?? 0) / 3600).toBeCloseTo(4, 0)
  })

  it('go with the GKE cluster when the workspace hibernates, and come again when it wakes', async () => {
    const running = await startWorkspace({ warm: WARM, hibernateAfterHours: 1 })
    await whenWarm(running, 4)
    const hibernation = async (): Promise<unknown> => {
      const found = await running.entity(WORKSPACE)
      return found && 'hibernation' in found ? found.hibernation : undefined
    }
    await running.clock.until('HIBERNATED', async () => (await hibernation()) === 'HIBERNATED', 1e8)
    const machines = () =>
      running.stack.data.cloud.list().filter((path) => path.includes('/instances/'))
    await running.clock.until('no machine', () => machines().length === 0, minutes(60))
    await running.clock.advance(minutes(60))
    expect(machines()).toEqual([])
    await launch(running, 3)
    expect(await hibernation()).toBeUndefined()
    await whenWarm(running, 4)
  }, 60_000)

  it('that somebody takes away are put back, and never more than the budget pays for', async () => {
    const running = await startWorkspace({ warm: WARM })
    await whenWarm(running, 4)
    const [engine] = running.stack.data.clusters.values()
    const api = engine?.face('system:masters')
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kindling-warm' }
    const name = `${MACHINE}-europe-west4-a`
    await api?.patch({ ...ref, name }, { spec: { replicas: 9 } })
    await running.clock.advance(seconds(90))
    await running.clock.advance(minutes(60))
    expect(placeholders(running)).toHaveLength(4)
  })
})
