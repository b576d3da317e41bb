// A workspace that goes takes what lives in it down first.
import type { Reason } from '../../events/lifecycle.ts'
import { Entity } from '../domain/entity.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import type { World } from '../ports.ts'
import { orPark } from './park.ts'
import { read } from './stored.ts'
import { takeDown } from './take-down.ts'

/** Whether any of them ends by this call, or by a look at it; the others are on their way already. */
export async function endChildren(world: World, paths: readonly string[]): Promise<boolean> {
  const reason = reasonOf('WORKSPACE_CANCELLED_ERROR', {})
  const ended = await Promise.all(
    paths.map((path) => orPark(world, () => endChild(world, path, reason))),
  )
  return ended.includes(true)
}

async function endChild(world: World, path: string, reason: Reason): Promise<boolean> {
  const child = await read(world.store, path, Entity)
  if (!child) return false
  // Who waits for the workspace sees for itself that it goes: at once, when it is looked at.
  if ('waitsFor' in child.value) return true
  const { generation } = child.value
  return takeDown(world, path, { generation, reason, by: 'workspace' })
}
