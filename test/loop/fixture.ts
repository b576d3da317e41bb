// The whole stack in one process on a virtual clock, and the questions that tests ask of it.
import { readFileSync } from 'node:fs'
import { virtualClock, type VirtualClock } from '../../infra/local/clock.ts'
import { profile } from '../../infra/local/profile.ts'
import {
  type InProcessOptions,
  type InProcessStack,
  startInProcess,
} from '../../infra/local/stack/in-process.ts'
import { parseDocument } from '../../shared/domain/document-fault.ts'
import { type ClusterEntity, Entity } from '../../shared/domain/entity.ts'
import type { Fields } from '../../shared/ports.ts'

export const WORKSPACE = 'accounts/acme/workspaces/analytics'
export const CLUSTER = `${WORKSPACE}/clusters/etl`

export interface Loop {
  readonly clock: VirtualClock
  readonly stack: InProcessStack
  readonly logged: { message: string; fields: Fields }[]
  /** Moves on until the entity has the state; the limit is virtual milliseconds. */
  reach(path: string, state: string, limitMs?: number): Promise<void>
  entity(path: string): Promise<Entity | undefined>
  cluster(): Promise<ClusterEntity>
  stop(): Promise<void>
}

export function sample(name: string): Record<string, unknown> & { data: Record<string, unknown> } {
  const text = readFileSync(new URL(`../../events/samples/${name}.json`, import.meta.url), 'utf8')
  return JSON.parse(text) as Record<string, unknown> & { data: Record<string, unknown> }
}

/** A sample event with another id and other data. */
export function event(name: string, id: string, data: Record<string, unknown> = {}): string {
  const { data: before, ...envelope } = sample(name)
  return JSON.stringify({ ...envelope, id, data: { ...before, ...data } })
}

/** `clock`: what moves time, also where the options have the stack read it from another that rests on it. */
export async function startLoop(
  options: Partial<InProcessOptions> = {},
  seed = 1,
  clock = virtualClock(seed),
): Promise<Loop> {
  const logged: Loop['logged'] = []
  const stack = await startInProcess({
    clock,
    profile: profile({ speed: 1, random: () => clock.random() }),
    log: (severity, message, fields = {}) => {
      if (severity !== 'DEBUG') logged.push({ message, fields })
    },
    ...options,
  })
  const entity = async (path: string): Promise<Entity | undefined> => {
    const document = await stack.store.get(path)
    return document && parseDocument(Entity, document)
  }
  return {
    clock,
    stack,
    logged,
    entity,
    async reach(path, state, limitMs = 60 * 60_000) {
      const has = async (): Promise<boolean> => (await entity(path))?.state === state
      await clock.until(`${path} ${state}`, has, limitMs)
    },
    async cluster() {
      const found = await entity(CLUSTER)
      if (found?.kind !== 'cluster') throw new Error('there is no cluster')
      return found
    },
    stop: () => stack.stop(),
  }
}
