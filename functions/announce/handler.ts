// A fact was created: tell the world.
import type { World } from '../../shared/ports.ts'
import { announce } from '../../shared/runtime/announce.ts'
import type { DocumentEvent } from '../event.ts'

export async function handle(world: World, { path }: DocumentEvent): Promise<void> {
  await announce(world, path)
}
