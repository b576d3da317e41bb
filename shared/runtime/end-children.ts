// A workspace that goes takes what lives in it down first.
import { Entity } from '../domain/entity.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import type { World } from '../ports.ts'
import { read } from './stored.ts'
import { takeDown } from './take-down.ts'

/** Whether any of them ends by this call, or by a look at it; the others are on their way already. */
export async function endChildren(world: World, paths: readonly string[]): Promise<boolean> {
  const reason = reasonOf('WORKSPACE_CANCELLED_ERROR', {})
  const ended = await Promise.all(
    paths.map(async (path) => {
      const child = await read(world.store, path, Entity)
      if (!child) return false
      // Who waits for the workspace sees for itself that it goes: at once, when it is looked at.
      if ('waitsFor' in child.value) return true
      const { generation } = child.value
      return takeDown(world, path, { generation, reason, by: 'workspace' })
    }),
  )
  return ended.includes(true)
}
