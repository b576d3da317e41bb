// The meter against what the simulated machines really ran, over a lifecycle on the virtual clock.
import { afterEach, expect, it } from 'vitest'
import { allLines, Meter } from '../../shared/domain/meter.ts'
import { meterPath } from '../../shared/domain/paths.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { KubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { ask } from './lifecycle.ts'

let loop: Loop | undefined
afterEach(() => loop?.stop())

interface Truth {
  /** Milliseconds from ready to gone of all machines, up to an instant. */
  upTo(at: number): number
  stop(): void
}

const isReady = (status: unknown): boolean =>
  JSON.stringify(status ?? {}).includes('"type":"Ready","status":"True"')

/** Watches nodes itself, by the clock that moves the machines. */
function truth({ clock }: Loop, engine: KubernetesEngine): Truth {
  const spans = new Map<string, { from: number; to: number }>()
  const stopping = new AbortController()
  const put = (uid: string, status: unknown): void => {
    if (isReady(status) && !spans.has(uid)) spans.set(uid, { from: clock.now(), to: Infinity })
  }
  const watch = async (): Promise<void> => {
    const api = engine.face('system:admin')
    const kind = { apiVersion: 'v1', kind: 'Node' }
    const { resourceVersion, items } = await api.list(kind, {})
    for (const { metadata, status } of items) put(metadata.uid ?? '', status)
    const request = { resourceVersion, timeoutSeconds: 1e6, signal: stopping.signal }
    for await (const told of api.watch(kind, request)) {
      if (told.type === 'BOOKMARK') continue
      const uid = told.object.metadata.uid ?? ''
      put(uid, told.object.status)
      const span = spans.get(uid)
      if (told.type === 'DELETED' && span) span.to = clock.now()
    }
  }
  watch().catch(() => undefined)
  return {
    upTo: (at) =>
      [...spans.values()].reduce(
        (sum, { from, to }) => sum + Math.max(0, Math.min(to, at) - from),
        0,
      ),
    stop: () => stopping.abort(),
  }
}

async function metered({ stack }: Loop): Promise<Meter> {
  return Meter.parse((await stack.store.get(meterPath(WORKSPACE)))?.data)
}

const nodeMs = (meter: Meter): number => allLines(meter).reduce((sum, line) => sum + line.nodeMs, 0)

/** From before the first node, through a launch, a resize and an end, until the nodes are gone. */
async function lifecycle(options: Parameters<typeof startLoop>[0] = {}): Promise<Truth> {
  const running = await startLoop(options)
  loop = running
  const { clock, stack } = running
  await stack.publish('workspace-requested', event('workspace-requested', 'w'))
  await clock.until('a GKE cluster', () => stack.data.clusters.size > 0, minutes(60))
  const [engine] = stack.data.clusters.values()
  if (!engine) throw new Error('there is no GKE cluster')
  const real = truth(running, engine)
  await running.reach(WORKSPACE, 'RUNNING')
  const data = { executors: { machineType: 'n2-standard-4', count: 20 } }
  await stack.publish('cluster-requested', event('cluster-requested', 'c', data))
  await running.reach(CLUSTER, 'RUNNING')
  await clock.advance(minutes(20))
  await ask(running, 'end', { action: 'terminate' })
  await running.reach(CLUSTER, 'TERMINATED')
  await clock.advance(minutes(90))
  return real
}

it(
  'is the integral of node time to 0.1 %, and says whose it was',
  { timeout: 60_000 },
  async () => {
    const real = await lifecycle()
    if (!loop) throw new Error('no loop')
    const meter = await metered(loop)
    const exact = real.upTo(meter.newest.seenAt)
    real.stop()
    expect(exact).toBeGreaterThan(20 * minutes(20))
    expect(Math.abs(nodeMs(meter) - exact) / exact).toBeLessThan(0.001)
    expect(meter.newest.unseenMs).toBe(0)
    const lines = allLines(meter)
    const etl = lines.filter(({ cluster }) => cluster === 'etl')
    // Twenty executors and a driver, for the twenty minutes that they ran and what their start took.
    const served = etl.reduce((sum, line) => sum + line.nodeMs, 0)
    expect(served).toBeGreaterThan(21 * minutes(20))
    expect(served).toBeLessThan(21 * minutes(25))
    expect(lines.some(({ pool, cluster }) => pool === 'system' && cluster === undefined)).toBe(true)
  },
)

it('is so with every hint lost', { timeout: 60_000 }, async () => {
  const real = await lifecycle({ hostKnobs: { drop: () => true } })
  if (!loop) throw new Error('no loop')
  const meter = await metered(loop)
  const exact = real.upTo(meter.newest.seenAt)
  real.stop()
  expect(Math.abs(nodeMs(meter) - exact) / exact).toBeLessThan(0.001)
})

it('keeps what it had when the workspace goes', { timeout: 60_000 }, async () => {
  const real = await lifecycle()
  if (!loop) throw new Error('no loop')
  const change = { change: { action: 'delete', force: true } }
  await loop.stack.publish(
    'workspace-change-requested',
    event('workspace-change-requested', 'gone', change),
  )
  await loop.clock.until('no GKE cluster', () => loop?.stack.data.clusters.size === 0, minutes(60))
  const at = loop.clock.now()
  await loop.clock.advance(minutes(5))
  const meter = await metered(loop)
  real.stop()
  // The system pool runs on while GKE takes its cluster down.
  expect(at - meter.newest.seenAt).toBeLessThan(minutes(15))
  expect(nodeMs(meter)).toBeGreaterThan(20 * minutes(20))
  expect(nodeMs(meter)).toBeLessThanOrEqual(real.upTo(at) + seconds(1))
  const before = nodeMs(meter)
  await loop.clock.advance(minutes(180))
  expect(nodeMs(await metered(loop))).toBe(before)
})
