// Records the history of this version: one life of a workspace and its clusters in one process, with everything that a later
// version needs to take over in the middle of it. `npm run history` writes it to test/history/VERSION.
import { readFileSync } from 'node:fs'
import { seconds } from '../../shared/domain/time.ts'
import type { World, WorkspaceIdentity } from '../../shared/ports.ts'
import { around, type Hook } from '../../shared/around.ts'
import { entityPath } from '../../shared/domain/paths.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { lookAtWorld } from './look-at-world.ts'
import { type Done, type Handover, type Heard, writeRecording, type Written } from './recording.ts'

/** What no call of changes anything. */
const LOOKS = /^(get|list|watch|has|publish)/
const OTHER = entityPath({
  kind: 'cluster',
  account: 'acme',
  workspace: 'analytics',
  cluster: 'other',
})

const machine = (count: number) => ({ count, machineType: 'n2-standard-8' })

/** What is asked for, one after the other, and the states that it goes through. */
const LIFE = [
  {
    topic: 'workspace-requested',
    data: { shapes: [{ machineType: 'n2-standard-4', spot: false }] },
    of: WORKSPACE,
    ends: 'RUNNING',
  },
  {
    topic: 'cluster-requested',
    data: { executors: machine(3), autoterminationMinutes: 0 },
    of: CLUSTER,
    ends: 'RUNNING',
  },
  {
    topic: 'cluster-requested',
    data: { cluster: 'other', executors: machine(2), autoterminationMinutes: 0 },
    of: OTHER,
    ends: 'RUNNING',
  },
  {
    topic: 'cluster-change-requested',
    data: { change: { action: 'resize', executors: { count: 6 } } },
    of: CLUSTER,
    ends: 'RUNNING',
  },
  {
    topic: 'cluster-change-requested',
    data: { change: { action: 'restart' } },
    of: CLUSTER,
    ends: 'RUNNING',
  },
  {
    topic: 'cluster-change-requested',
    data: { change: { action: 'terminate' } },
    of: CLUSTER,
    ends: 'TERMINATED',
  },
  {
    topic: 'cluster-change-requested',
    data: { change: { action: 'start' } },
    of: CLUSTER,
    ends: 'RUNNING',
  },
  {
    topic: 'workspace-change-requested',
    data: { change: { action: 'delete', force: true } },
    of: WORKSPACE,
    ends: 'NOT_PROVISIONED',
  },
] as const

interface Tape {
  readonly written: Written[]
  readonly heard: Heard[]
  readonly done: Done[]
  readonly handovers: Handover[]
}

export async function record(): Promise<string> {
  const tape: Tape = { written: [], heard: [], done: [], handovers: [] }
  const loop = await startLoop({
    wrapWorld: (world) => taped(world, tape),
    hostKnobs: {
      heard: ({ topic, data }) => void tape.heard.push({ at: loop.clock.now(), topic, data }),
    },
  })
  loop.stack.store.onWritten(({ path, data }) => {
    tape.written.push({ at: loop.clock.now(), path, ...(data ? { data } : {}) })
  })
  for (const [index, { topic, data, of, ends }] of LIFE.entries()) {
    await loop.clock.advance(seconds(67))
    const { action = '' } = Object(Object(data).change)
    const name = `${index + 1}-${topic}${action === '' ? '' : `-${action}`}`
    await loop.stack.publish(topic, event(topic, name, data))
    await loop.clock.advance(seconds(9))
    await handOver(loop, tape, `${name}-begun`)
    await loop.reach(of, ends)
    await loop.clock.advance(seconds(40))
    await handOver(loop, tape, `${name}-${ends.toLowerCase()}`)
  }
  await loop.stop()
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  return writeRecording({ version, ...tape })
}

async function handOver(loop: Loop, tape: Tape, name: string): Promise<void> {
  const at = loop.clock.now()
  const workspaces = tape.done.flatMap(({ workspace }) => workspace ?? []).slice(0, 1)
  const looks = await lookAtWorld(loop.stack.data, workspaces)
  tape.handovers.push({ at, name, workspaces, looks })
}

function taped(world: World, tape: Tape): World {
  const hook =
    (where: Pick<Done, 'workspace' | 'endpoint'>): Hook =>
    async ({ port, method, args }, proceed) => {
      const line = { at: world.clock.now(), port: port as Done['port'], ...where, method, args }
      const at = LOOKS.test(method) ? undefined : tape.done.push(line) - 1
      const answer = await proceed()
      if (at !== undefined) tape.done[at] = { ...line, answer }
      return answer
    }
  const of = (workspace: WorkspaceIdentity, endpoint?: string): Hook =>
    hook({ workspace, ...(endpoint === undefined ? {} : { endpoint }) })
  return {
    ...world,
    bus: around('bus', world.bus, hook({})),
    gke: (workspace) => around('gke', world.gke(workspace), of(workspace)),
    network: (workspace) => around('network', world.network(workspace), of(workspace)),
    kubernetes: (workspace, endpoint) =>
      around('kubernetes', world.kubernetes(workspace, endpoint), of(workspace, endpoint)),
  }
}
