// What people ask for in a simulation: a few tenants, each with a workspace or two, and requests for clusters in them at
// random moments, among them repeats, contradictions and messages that nobody can read.
import { idleTimeout } from '../../events/idle-timeout.ts'
import { hours, minutes } from '../../shared/domain/time.ts'
import type { Chance } from './chance.ts'
import { poison } from './poison.ts'
import type { Move, Scenario } from './scenario.ts'
import type { Pace } from './storms.ts'

export interface SimulatedWorkspace {
  readonly account: string
  readonly workspace: string
  readonly project: string
  readonly path: string
  /** Ids of its clusters. */
  readonly clusters: readonly string[]
}

export type Tenancy = readonly SimulatedWorkspace[]

/** Each tenant's ids hold a word that no other's do: wherever it is found, it says whose data this is. */
export const ACCOUNTS = ['acme-quokka', 'globex-narwhal'] as const
export const REGION = 'europe-west4'
const MACHINES = ['n2-standard-4', 'n2-standard-8', 'e2-standard-8'] as const
/** How many a workspace has: few, because what they meet counts and not their number. */
const CLUSTERS = [0, 0, 0, 1, 1, 1, 1, 1, 1, 2] as const
const IDLE = [0, 0, 10, 15] as const
/** How many words of its idleness. */
const HINTS = [0, 0, 1, 3] as const

export function tenancyAtRandom(chance: Chance): Tenancy {
  const count = chance.happens(0.1) ? 2 : 1
  return Array.from({ length: count }, (_, at): SimulatedWorkspace => {
    const account = ACCOUNTS[chance.happens(0.7) ? at : 0] ?? ACCOUNTS[0]
    const workspace = `w${at}-${account.split('-')[1]}`
    const clusters = Array.from({ length: chance.pick(CLUSTERS) }, (_, c) => `c${c}`)
    const path = `accounts/${account}/workspaces/${workspace}`
    return { account, workspace, project: `${workspace}-dev`, path, clusters }
  })
}

type RequestPace = Pick<Scenario, 'stormMs' | 'speed'> & Pick<Pace, 'changes' | 'deleted' | 'again'>

export function requestsAtRandom(chance: Chance, tenancy: Tenancy, pace: RequestPace): Move[] {
  const moves = tenancy.flatMap((place) => requestsOf(chance, place, pace))
  if (chance.happens(0.15)) {
    const { topic, text } = chance.pick(poison)
    moves.push({ at: chance.whole(0, pace.stormMs), does: 'publish', topic, text, about: 'poison' })
  }
  const repeated = moves.filter(() => chance.happens(0.1))
  const repeats = repeated.map((move) => ({ ...move, at: move.at + chance.whole(0, pace.again) }))
  return [
    ...moves,
    // Said again to the letter, as a publisher does that had no answer.
    ...repeats,
  ].filter(({ at }) => at < pace.stormMs)
}

/** Somebody says that a cluster is idle, which may be so or not. */
export function hintsAtRandom(chance: Chance, tenancy: Tenancy, stormMs: number): Move[] {
  return tenancy.flatMap(({ account, workspace, path, clusters }) =>
    clusters.flatMap((cluster) =>
      Array.from({ length: chance.pick(HINTS) }, (_, nth): Move => {
        const text = JSON.stringify({
          specversion: '1.0',
          id: `${workspace}-${cluster}-idle-${nth}`,
          source: `//${account}.example/simulation`,
          type: idleTimeout.type,
          data: { account, workspace, cluster },
        })
        const about = `${path}/clusters/${cluster}`
        return {
          at: chance.whole(0, stormMs),
          does: 'publish',
          topic: idleTimeout.topic,
          text,
          about,
        }
      }),
    ),
  )
}

/** Says a request of a workspace, each under an id of its own. */
export function requestsIn({ account, workspace }: SimulatedWorkspace) {
  let serial = 0
  return (at: number, name: string, about: string, data: Record<string, unknown>): Move => {
    const text = JSON.stringify({
      specversion: '1.0',
      id: `${workspace}-${++serial}`,
      source: `//${account}.example/simulation`,
      type: `kindling.${name.replaceAll('-', '.')}.v1`,
      data: { account, workspace, ...data },
    })
    return { at, does: 'publish', topic: name, text, about }
  }
}

function requestsOf(chance: Chance, place: SimulatedWorkspace, pace: RequestPace): Move[] {
  const { stormMs, speed } = pace
  const said = requestsIn(place)
  const moves: Move[] = [said(0, 'workspace-requested', place.path, workspaceData(chance, place))]
  /** A workspace takes so long; what is asked for before must wait for it. */
  const made = minutes(8) / speed
  for (const cluster of place.clusters) {
    const about = `${place.path}/clusters/${cluster}`
    let at = chance.happens(0.3)
      ? chance.whole(0, 5000)
      : chance.whole(0, made + Math.min(minutes(2), stormMs / 4))
    moves.push(said(at, 'cluster-requested', about, { cluster, ...settingsOf(chance) }))
    for (let left = chance.whole(0, pace.changes); left > 0; left--) {
      at += Math.floor(chance.random() ** 2 * (stormMs / 2))
      if (at >= stormMs) break
      moves.push(
        chance.happens(0.1)
          ? said(at, 'cluster-requested', about, { cluster, ...settingsOf(chance) })
          : said(at, 'cluster-change-requested', about, { cluster, change: changeOf(chance) }),
      )
    }
    moves.push(...workOf(chance, about, stormMs))
  }
  // A workspace without clusters has nothing else to show.
  if (chance.happens(place.clusters.length === 0 ? 0.6 : pace.deleted)) {
    const at = chance.whole(0, stormMs)
    const change = { action: 'delete', force: chance.happens(0.7) }
    moves.push(said(at, 'workspace-change-requested', place.path, { change }))
    if (chance.happens(0.5)) {
      const data = workspaceData(chance, place)
      moves.push(
        said(at + chance.whole(0, 2 * pace.again), 'workspace-requested', place.path, data),
      )
    }
  }
  return moves
}

function workspaceData(chance: Chance, { project }: SimulatedWorkspace): Record<string, unknown> {
  return {
    project,
    region: REGION,
    ...(chance.happens(0.2) ? { shapes: [{ machineType: chance.pick(MACHINES) }] } : {}),
    ...(chance.happens(0.2) ? { poolIdleHours: 1 } : {}),
    ...(chance.happens(0.2) ? { hibernateAfterHours: 1 } : {}),
  }
}

function executorsOf(chance: Chance): Record<string, unknown> {
  if (chance.happens(0.2)) return { autoscale: { min: 1, max: chance.whole(2, 3) } }
  return { count: chance.happens(0.02) ? 51 : chance.whole(1, 3) }
}

function settingsOf(chance: Chance): Record<string, unknown> {
  return {
    runtime: '17.3.x-scala2.13',
    driver: { machineType: chance.pick(MACHINES) },
    executors: {
      ...executorsOf(chance),
      machineType: chance.pick(MACHINES),
      spot: chance.happens(0.3),
    },
    autoterminationMinutes: chance.pick(IDLE),
    ...(chance.happens(0.2) ? { zone: 'HA' } : {}),
  }
}

function changeOf(chance: Chance): Record<string, unknown> {
  const kind = chance.random()
  if (kind < 0.25) return { action: 'resize', executors: executorsOf(chance) }
  if (kind < 0.35) return { action: 'edit', settings: settingsOf(chance) }
  if (kind < 0.5) return { action: 'restart' }
  if (kind < 0.7) return { action: 'terminate' }
  if (kind < 0.9) return { action: 'start' }
  return { action: 'delete' }
}

/** Its driver is given work, and done with it a while later. */
function workOf(chance: Chance, cluster: string, stormMs: number): Move[] {
  if (chance.happens(0.5)) return []
  const at = chance.whole(0, stormMs)
  const until = at + chance.whole(0, hours(0.5))
  return [
    { at, does: 'work', cluster, jobs: chance.whole(1, 3) },
    { at: until, does: 'work', cluster, jobs: 0 },
  ]
}
