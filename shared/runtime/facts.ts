// Facts: what users are told, written with the change it tells of (protocol rule 16).
import type { Lifecycle, Reason } from '../../events/lifecycle.ts'
import type { Entity } from '../domain/entity.ts'
import { factPath } from '../domain/paths.ts'
import type { Fact } from '../domain/records.ts'
import type { Instant } from '../domain/time.ts'
import type { Write } from '../ports.ts'
import { createOf } from './stored.ts'
import { activeTrace } from './trace.ts'

function fact(lifecycle: Lifecycle): Fact {
  return { at: lifecycle.at, publishedAt: null, lifecycle, ...activeTrace() }
}

/** The fact that an entity has reached a state; pools are ours alone and tell nobody. */
export function stateFact(
  path: string,
  entity: Entity,
  state: string,
  reason: Reason | undefined,
  at: Instant,
): Write[] {
  if (entity.kind === 'pool') return []
  const { account, workspace, generation } = entity
  const about = entity.kind === 'cluster' ? { cluster: entity.cluster } : {}
  const lifecycle: Lifecycle = {
    about: entity.kind,
    account,
    workspace,
    ...about,
    generation,
    state,
    ...(reason ? { reason } : {}),
    at,
  }
  // A state can be reached again within a generation, so the instant is part of the id.
  const id = `${generation}-${state.toLowerCase().replaceAll('_', '-')}-${at}`
  return [createOf(factPath(path, id), fact(lifecycle))]
}

/** The fact of a request's outcome. */
export function requestFact(path: string, id: string, lifecycle: Omit<Lifecycle, 'about'>): Write {
  return createOf(factPath(path, id), fact({ about: 'request', ...lifecycle }))
}
