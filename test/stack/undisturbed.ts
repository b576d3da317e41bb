// The same requests on a stack in one process, on its virtual clock, with nothing done to it: what a launch must come to
// whatever happens on its way.
import { CLUSTER, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { inKubernetes } from '../loop/whole.ts'
import type { Stack } from '../../infra/local/stack/stack.ts'
import { isSettled, type Remains, remainsOf } from './remains.ts'

export interface Launched {
  readonly remains: Remains
  /** `namespace/name` of each, in order. */
  readonly pods: readonly string[]
}

/** `ask`: publishes the request of what is named. */
export async function undisturbed(
  ask: (stack: Stack, what: 'workspace' | 'cluster') => Promise<unknown>,
): Promise<Launched> {
  const loop = await startLoop()
  await ask(loop.stack, 'workspace')
  await loop.reach(WORKSPACE, 'RUNNING')
  await ask(loop.stack, 'cluster')
  await loop.reach(CLUSTER, 'RUNNING')
  await loop.clock.until('settled', () => isSettled(loop.stack), 10 * 60_000)
  const launched = { remains: await remainsOf(loop.stack), pods: podsOf(loop) }
  await loop.stop()
  return launched
}

function podsOf(loop: Loop): string[] {
  return inKubernetes(loop)
    .filter((name) => name.includes('/'))
    .toSorted()
}
