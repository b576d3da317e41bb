// Facts: what users are told, written with the change it tells of (protocol rule 16).
import type { Lifecycle, Reason } from '../../events/lifecycle.ts'
import type { Entity, Status } from '../domain/entity.ts'
import { factPath } from '../domain/paths.ts'
import type { Fact } from '../domain/records.ts'
import type { Instant } from '../domain/time.ts'
import type { Write } from '../ports.ts'
import { createOf } from './stored.ts'
import { activeTrace } from './trace.ts'

function fact(lifecycle: Lifecycle): Fact {
  return { at: lifecycle.at, publishedAt: null, lifecycle, ...activeTrace() }
}

/** What a fact tells: of a workspace that runs also whether it sleeps. */
interface Told {
  readonly state: string
  readonly reason?: Reason | undefined
  readonly hibernation?: 'HIBERNATED' | 'WAKING' | undefined
}

/** The fact that an entity has come to this; pools are ours alone and tell nobody. */
export function stateFact(path: string, entity: Entity, told: Told, at: Instant): Write[] {
  if (entity.kind === 'pool') return []
  const { account, workspace, generation } = entity
  const { state, reason } = told
  const about = entity.kind === 'cluster' ? { cluster: entity.cluster } : {}
  const hibernation = told.hibernation ?? (isAwoken(entity, told) ? 'AWAKE' : undefined)
  const lifecycle: Lifecycle = {
    about: entity.kind,
    account,
    workspace,
    ...about,
    generation,
    state,
    ...(hibernation ? { hibernation } : {}),
    ...(reason ? { reason } : {}),
    at,
  }
  // A state can be reached again within a generation, so the instant is part of the id.
  const name = (hibernation ?? state).toLowerCase().replaceAll('_', '-')
  return [createOf(factPath(path, `${generation}-${name}-${at}`), fact(lifecycle))]
}

/** Its GKE cluster is there again. */
function isAwoken(before: Entity, { state }: Told): boolean {
  return 'hibernation' in before && before.hibernation !== undefined && state === 'RUNNING'
}

const sleepOf = (each: object): unknown => ('hibernation' in each ? each.hibernation : undefined)

/** Whether users are told that an entity, as it was, has come to a status. */
export function isTold(before: Entity, status: Status): boolean {
  return before.state !== status.state || sleepOf(before) !== sleepOf(status)
}

/** The fact of a request's outcome. */
export function requestFact(path: string, id: string, lifecycle: Omit<Lifecycle, 'about'>): Write {
  return createOf(factPath(path, id), fact({ about: 'request', ...lifecycle }))
}
