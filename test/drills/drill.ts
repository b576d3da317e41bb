// One drill: something goes wrong in the simulated Google Cloud, the right thing is told, and in the end nothing is left.
// Runs on any stack, in this process or on the wire.
import type { Stack } from '../../infra/local/stack/stack.ts'
import type { Entity } from '../../shared/domain/entity.ts'
import { minutes } from '../../shared/domain/time.ts'
import { event } from '../loop/fixture.ts'

export interface DrillSite {
  readonly stack: Pick<Stack, 'publish' | 'faults' | 'resources'>
  /** Id of the workspace to drill with, of the account of the samples: each drill on a stack has its own. */
  readonly workspace: string
  entity(path: string): Promise<Entity | undefined>
  /** Fails after `limitMs` of the site's own time. */
  until(what: string, has: () => Promise<boolean>, limitMs?: number): Promise<void>
}

export interface Fault {
  readonly name: string
  readonly parameters?: Readonly<Record<string, string | number | boolean>>
}

export interface Drill {
  readonly name: string
  /** What is asked for while it goes wrong. */
  readonly of: 'workspace' | 'cluster'
  readonly faults: readonly Fault[]
  /** When the faults begin: before it is asked for, once it was accepted, or once it runs. */
  readonly from?: 'asked' | 'accepted' | 'running'
  /** Fields of the request, in place of the sample's. */
  readonly request?: Readonly<Record<string, unknown>>
  /** The code that is told while it is on its way, or while it is not whole. */
  readonly told?: string
  /** The code that it ends with; absent: it runs, whole. */
  readonly ends?: string
  /** It ends because of what is known, long before the launch limit. */
  readonly isSoon?: true
  /** Only a person mends it: what was begun is removed once that is done. */
  readonly isMended?: true
  /** Short enough for the stack on the wire, where time is real. */
  readonly isShort?: true
}

function pathsOf({ workspace }: DrillSite): Readonly<Record<Drill['of'], string>> {
  const path = `accounts/acme/workspaces/${workspace}`
  return { workspace: path, cluster: `${path}/clusters/etl` }
}

/** Nodes and images have come by then, and a pod's patience is over. */
const SOON = minutes(15)
const ENDED: ReadonlySet<string> = new Set(['FAILED', 'TERMINATED', 'NOT_PROVISIONED'])
const ENDING: ReadonlySet<string> = new Set([...ENDED, 'TERMINATING', 'CANCELLING'])

/** Throws when anything is not as the drill says. */
export async function runDrill(site: DrillSite, drill: Drill): Promise<void> {
  const paths = pathsOf(site)
  const path = paths[drill.of]
  if (drill.of === 'cluster') {
    await ask(site, drill, 'workspace')
    await until(site, paths.workspace, 'runs', (_, state) => state === 'RUNNING')
  }
  const before = await machines(site)
  await begin(site, drill)

  const { told, ends } = drill
  if (told !== undefined) await until(site, path, `is told ${told}`, (code) => code === told)
  if (ends === undefined) {
    // What is told of goes on until then; everything else must be lived with.
    if (told !== undefined) await site.stack.faults.clear()
    await until(site, path, 'runs whole', (code, state) => state === 'RUNNING' && !code)
    await expectUsedUp(site, drill)
  } else {
    const limit = drill.isSoon ? SOON : undefined
    await until(site, path, 'ends', (_, state) => ENDING.has(state), limit)
    await expectCode(site, path, ends)
    if (drill.isMended) await site.stack.faults.clear()
    await until(site, path, 'has ended', (_, state) => ENDED.has(state))
    await expectCode(site, path, ends)
    await until(site, path, 'costs nothing', async () => sameMachines(before, await machines(site)))
    await site.stack.faults.clear()
  }
  await leaveNothing(site)
}

async function begin(site: DrillSite, drill: Drill): Promise<void> {
  const { of, faults, from = 'asked' } = drill
  const path = pathsOf(site)[of]
  const setFaults = async (): Promise<void> => {
    for (const { name, parameters } of faults) await site.stack.faults.set(name, parameters ?? {})
  }
  if (from === 'asked') await setFaults()
  await ask(site, drill, of)
  if (from === 'running') await until(site, path, 'runs', (_, state) => state === 'RUNNING')
  if (from === 'accepted') {
    await site.until(`${of} accepted`, async () => (await site.entity(path)) !== undefined)
  }
  if (from !== 'asked') await setFaults()
}

/** A fault that strikes a number of times has done so: the drill was one. */
async function expectUsedUp(site: DrillSite, { faults }: Drill): Promise<void> {
  const left = (await site.stack.faults.list()).map(({ name }) => name as string)
  const spared = faults.filter(
    ({ name, parameters }) => parameters?.['times'] && left.includes(name),
  )
  if (spared.length > 0) throw new Error(`has not struck: ${JSON.stringify(spared)}`)
}

async function ask(site: DrillSite, drill: Drill, what: Drill['of']): Promise<void> {
  const data = what === drill.of ? drill.request : {}
  await say(site, `${what}-requested`, data)
}

async function say(site: DrillSite, topic: string, data: Drill['request'] = {}): Promise<void> {
  const { workspace, stack } = site
  await stack.publish(topic, event(topic, `${topic} ${workspace}`, { ...data, workspace }))
}

async function until(
  site: DrillSite,
  path: string,
  what: string,
  has: (code: string | undefined, state: string) => boolean | Promise<boolean>,
  limitMs?: number,
): Promise<void> {
  const isSo = async (): Promise<boolean> => {
    const entity = await site.entity(path)
    return entity !== undefined && has(codeOf(entity), entity.state)
  }
  await site.until(`${path} ${what}`, isSo, limitMs)
}

function codeOf(entity: Entity | undefined): string | undefined {
  return entity && 'reason' in entity ? entity.reason?.code : undefined
}

async function expectCode(site: DrillSite, path: string, code: string): Promise<void> {
  const entity = await site.entity(path)
  const found = codeOf(entity)
  if (found === code) return
  const reason = entity && 'reason' in entity ? JSON.stringify(entity.reason) : 'nothing'
  throw new Error(`${path} is ${entity?.state} with ${reason}, not with ${code}`)
}

async function machines(site: DrillSite): Promise<string[]> {
  return (await site.stack.resources()).filter((path) => path.includes('/instances/'))
}

function sameMachines(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && after.every((path) => before.includes(path))
}

/** Whatever stands is taken down with its workspace, and the project is as if nothing had been. */
async function leaveNothing(site: DrillSite): Promise<void> {
  const workspace = await site.entity(pathsOf(site).workspace)
  if (workspace?.want === 'up') await say(site, 'workspace-change-requested')
  await site.until('nothing is left', async () => (await site.stack.resources()).length === 0)
}
