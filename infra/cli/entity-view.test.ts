// What `kindling get WORKSPACE` shows of the operations that its GKE cluster takes a few at a time of.
import { describe, expect, test } from 'vitest'
import { virtualClock } from '../local/clock.ts'
import { storeEngine } from '../local/store/store-engine.ts'
import { entityOf, NOW, WORKSPACE, workspaceSubject } from '../../test/situations.ts'
import { fields } from '../../shared/runtime/stored.ts'
import type { Ticket } from '../../shared/domain/records.ts'
import { entityView } from './entity-view.ts'
import { treeLines } from './progress-tree.ts'
import { readEntity } from './stored-entity.ts'

const ticket = (pool: string, since: number): Ticket => ({
  entity: `${WORKSPACE}/pools/${pool}`,
  key: 'node-pool-g1',
  generation: 1,
  token: pool,
  doing: 'create',
  since,
  seenAt: NOW,
})

async function shown(documents: Readonly<Record<string, Ticket>>): Promise<string[]> {
  const store = storeEngine(virtualClock())
  const writes = Object.entries({ '': entityOf(workspaceSubject), ...documents })
  await store.commit(
    writes.map(([below, data]) => ({
      op: 'create' as const,
      path: `${WORKSPACE}${below}`,
      data: fields(data),
    })),
  )
  const stored = await readEntity(store, WORKSPACE)
  return treeLines([entityView('acme/analytics', stored)], NOW, { columns: 80, rows: 40 })
}

describe('a workspace', () => {
  test('whose GKE cluster has more to do than it takes at once: how much waits, and for how long', async () => {
    const lines = await shown({
      '/slots/1': ticket('a', NOW - 90_000),
      '/slots/2': ticket('b', NOW - 80_000),
      '/queue/d': ticket('d', NOW - 10_000),
      '/queue/c': ticket('c', NOW - 65_000),
    })
    expect(lines.slice(1)).toEqual([
      '  › Operations on the GKE cluster  1 min 05 s  2 under way, 2 waiting',
      '    · create c  1 min 05 s',
      '    · create d  10.0 s',
    ])
  })

  test('whose one operation has the GKE cluster to itself shows one', async () => {
    const whole = ticket('a', NOW)
    const lines = await shown({ '/slots/1': whole, '/slots/2': whole })
    expect(lines[1]).toContain('1 under way, 0 waiting')
  })

  test('with nothing to do in GKE shows nothing of it', async () => {
    expect((await shown({})).slice(1)).toEqual([])
  })
})
