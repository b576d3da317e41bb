// What no caller of a real API server can ask for: faults, forced closes, lost history, slow controllers, repeatable runs.
import { describe, expect, test } from 'vitest'
import { CallError } from '../../../shared/call-error.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { WatchEvent } from '../../../shared/ports.ts'
import { virtualClock } from '../clock.ts'
import { type KubernetesEngine, kubernetesEngine } from './engine.ts'
import type { KubernetesCall } from './call-gate.ts'
import { unitCluster } from './unit-cluster.ts'

const map = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'a' },
})
const maps = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a' }

async function outcome(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'done',
    (error: unknown) => (error instanceof CallError ? error.kind : String(error)),
  )
}

describe('hooks', () => {
  test('every call is told with its identity', async () => {
    const told: KubernetesCall[] = []
    const { kubernetes, engine } = await unitCluster({ onCall: (call) => told.push(call) })
    await outcome(engine.face('someone').get({ ...maps, name: 'x' }))
    await kubernetes.patch({ ...maps, name: 'x' }, {}, { subresource: 'status' }).catch(() => {})
    expect(
      told.map(({ user, verb, kind, name, subresource }) => [user, verb, kind, name, subresource]),
    ).toEqual([
      ['system:admin', 'create', 'Namespace', 'a', undefined],
      ['someone', 'get', 'ConfigMap', 'x', undefined],
      ['system:admin', 'patch', 'ConfigMap', 'x', 'status'],
    ])
  })

  test('a fault before a call leaves nothing done, one after it leaves it done', async () => {
    let faulty: 'before' | 'after' | undefined
    const fail = (when: 'before' | 'after') => (): void => {
      if (faulty === when) throw new CallError('unknown-outcome', 'cut off')
    }
    const { kubernetes } = await unitCluster({ before: fail('before'), after: fail('after') })
    faulty = 'before'
    expect(await outcome(kubernetes.create(map('x')))).toBe('unknown-outcome')
    faulty = 'after'
    expect(await outcome(kubernetes.create(map('y')))).toBe('unknown-outcome')
    faulty = undefined
    const { items } = await kubernetes.list(maps)
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['y'])
  })

  test('a stopped engine is unavailable, and its watches have ended', async () => {
    const { kubernetes, engine } = await unitCluster()
    const { resourceVersion } = await kubernetes.list(maps)
    const { signal } = new AbortController()
    const watch = kubernetes.watch(maps, { resourceVersion, signal })[Symbol.asyncIterator]()
    const next = watch.next()
    await kubernetes.list(maps)
    engine.stop()
    expect((await next).done).toBe(true)
    expect(await outcome(kubernetes.list(maps))).toBe('unavailable')
  })
})

describe('history', () => {
  test('forced closes end watches cleanly; resumed, they lose nothing', async () => {
    const { kubernetes, engine } = await unitCluster()
    let { resourceVersion } = await kubernetes.list(maps)
    const { signal } = new AbortController()
    const seen: string[] = []
    const reader = (async () => {
      while (seen.length < 30) {
        for await (const event of kubernetes.watch(maps, { resourceVersion, signal })) {
          if (event.type === 'BOOKMARK') continue
          resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion
          seen.push(event.object.metadata.name)
        }
      }
    })()
    const names = Array.from({ length: 30 }, (_, index) => `m-${index}`)
    for (const [index, name] of names.entries()) {
      await kubernetes.create(map(name))
      if (index % 3 === 0) engine.closeWatches()
    }
    engine.closeWatches()
    while (seen.length < 30) {
      engine.closeWatches()
      await new Promise((resolve) => process.nextTick(resolve))
    }
    engine.closeWatches()
    await reader
    expect(seen).toEqual(names)
    expect(engine.openWatches()).toBe(0)
  })

  test('after a compaction older watches and pages are expired, newer ones are not', async () => {
    const { kubernetes, engine } = await unitCluster()
    await kubernetes.create(map('x'))
    await kubernetes.create(map('y'))
    const page = await kubernetes.list(maps, { limit: 1 })
    const before = page.resourceVersion
    await kubernetes.create(map('z'))
    engine.compact()
    const now = (await kubernetes.list(maps)).resourceVersion
    const open = async (resourceVersion: string): Promise<void> => {
      const controller = new AbortController()
      const watch = kubernetes.watch(maps, { resourceVersion, signal: controller.signal })
      const next = watch[Symbol.asyncIterator]().next()
      await kubernetes.list(maps)
      controller.abort()
      await next
    }
    expect(await outcome(open(before))).toBe('expired')
    expect(await outcome(open(now))).toBe('done')
    expect(await outcome(kubernetes.list(maps, { continue: page.continue ?? '' }))).toBe('expired')
  })

  test('a full window forgets the oldest changes only', async () => {
    const { kubernetes } = await unitCluster({ watchWindow: 10 })
    const { resourceVersion } = await kubernetes.list(maps)
    const made: KubernetesObject[] = []
    for (let index = 0; index < 40; index++) made.push(await kubernetes.create(map(`m-${index}`)))
    const collect = async (from: string): Promise<number> => {
      const controller = new AbortController()
      let count = 0
      for await (const event of kubernetes.watch(maps, {
        resourceVersion: from,
        signal: controller.signal,
      })) {
        if (event.type === 'ADDED') count++
        if (count === 5) controller.abort()
      }
      return count
    }
    expect(await outcome(collect(resourceVersion))).toBe('expired')
    expect(await collect(made[34]?.metadata.resourceVersion ?? '')).toBe(5)
  })

  test('bookmarks carry the version of the moment', async () => {
    const { kubernetes, clock, engine } = await unitCluster({ bookmarkMs: 1000 })
    const { resourceVersion } = await kubernetes.list(maps)
    const { signal } = new AbortController()
    const labelSelector = 'none=none'
    const watch = kubernetes.watch(maps, { resourceVersion, labelSelector, signal })
    const next: Promise<IteratorResult<WatchEvent>> = watch[Symbol.asyncIterator]().next()
    await kubernetes.create(map('x'))
    await clock.advance(1000)
    const version = (await kubernetes.list(maps)).resourceVersion
    expect((await next).value).toEqual({ type: 'BOOKMARK', resourceVersion: version })
    engine.stop()
  })
})

const used = (engine: KubernetesEngine): unknown =>
  engine.snapshot('v1', 'ResourceQuota')[0]?.status?.['used']

describe('quotas as they really are', () => {
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'q', namespace: 'a' },
    spec: { hard: { pods: '10' } },
  }
  test('parallel creates beyond the knob are told Conflict, and can be tried again', async () => {
    const { kubernetes, clock, engine, pod } = await unitCluster()
    await kubernetes.create(quota)
    engine.setQuotaConflicts({ parallel: 2, writeMs: 5 })
    const tries = ['p', 'q', 'r', 's'].map((name) => outcome(pod(name)))
    await clock.advance(10)
    expect((await Promise.all(tries)).sort()).toEqual(['conflict', 'conflict', 'done', 'done'])
    const again = outcome(pod('t'))
    await clock.advance(10)
    expect(await again).toBe('done')
    expect(used(engine)).toEqual({ pods: '3' })
  })

  test('a duplicate create stays charged until the next count', async () => {
    const { kubernetes, clock, engine, pod } = await unitCluster()
    await kubernetes.create(quota)
    await pod('p')
    expect(await outcome(pod('p'))).toBe('exists')
    expect(used(engine)).toEqual({ pods: '2' })
    await clock.advance(5 * 60_000)
    expect(used(engine)).toEqual({ pods: '1' })
  })

  test('a quota that is not counted yet denies, and slow controllers make that last', async () => {
    const { kubernetes, clock, engine, pod } = await unitCluster({ controllerMs: 100 })
    await clock.advance(100)
    await kubernetes.create(quota)
    const error: unknown = await pod('p').catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('status unknown for quota'),
    })
    await clock.advance(100)
    expect(await outcome(pod('p'))).toBe('done')
    expect(used(engine)).toEqual({ pods: '1' })
  })
})

async function seededRun(): Promise<string> {
  const clock = virtualClock(3)
  const engine = kubernetesEngine({ clock })
  const kubernetes = engine.face('system:admin')
  await kubernetes.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } })
  await Promise.all(['x', 'y'].map((name) => kubernetes.create(map(name))))
  return JSON.stringify((await kubernetes.list(maps)).items)
}

test('one seed gives one run, to the last uid', async () => {
  const first = await seededRun()
  expect(await seededRun()).toBe(first)
  expect(new Set(first.match(/"uid":"[^"]+"/g)).size).toBe(2)
})

test('what is handed out cannot be changed by whom it was handed to', async () => {
  const { kubernetes } = await unitCluster()
  const given = { ...map('x'), data: { key: 'value' } }
  const created = await kubernetes.create(given)
  given.data.key = 'changed'
  expect(created['data']).toEqual({ key: 'value' })
  expect(() => Object.assign(created.metadata, { name: 'y' })).toThrow(TypeError)
})
