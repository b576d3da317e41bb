// The demo's second scenario: a cluster through its whole life, by the request events that a user would publish. Each stage
// is checked against what the store and the simulated cloud say.
import { entityPath } from '../../shared/domain/paths.ts'
import { NamespaceOutput } from '../../shared/steps/namespace.ts'
import type { Stack } from '../local/stack/stack.ts'
import { type Awaited, follow, running } from './follow.ts'
import { changeEvent, sampleEvent, withExecutors } from './sample-events.ts'
import type { Check, Scenario } from './scenario.ts'
import { readEntity, type StoredEntity } from './stored-entity.ts'

interface Stage {
  readonly name: string
  /** What a user would do. */
  readonly act: (stack: Stack, cluster: StoredEntity | undefined) => Promise<unknown>
  readonly until: Awaited
  /** What must be true then, in words. */
  readonly detail: (cluster: StoredEntity | undefined) => string
}

export const lifecycle: Scenario = async (session, given) => {
  const { stack, progress } = session
  const asked = withExecutors(sampleEvent('cluster-requested'), given.executors)
  const { account, workspace, cluster } = asked.data
  const home = entityPath({ kind: 'workspace', account, workspace })
  const path = entityPath({ kind: 'cluster', account, workspace, cluster })
  const read = (each: string) => readEntity(stack.reader, each)
  const before = await stack.resources()

  const checks: Check[] = []
  const tell = (check: Check): void => {
    checks.push(check)
    progress.note(`${check.ok ? '✓' : '✗'} ${check.name}: ${check.detail}`)
    if (given.json) console.log(JSON.stringify({ kind: 'check', ...check }))
  }
  for (const { name, act, until, detail } of stagesOf(home, path, asked)) {
    await act(stack, await read(path))
    const ok = await follow({ ...session, read, paths: [home, path], until })
    tell({ name, ok, detail: detail(await read(path)) })
    if (!ok) break
  }
  const left = (await stack.resources()).filter((resource) => !before.includes(resource))
  tell({
    name: 'empty cloud',
    ok: left.length === 0,
    detail:
      left.length === 0 ? 'nothing is left in the project' : `left behind: ${left.join(', ')}`,
  })
  if (given.json) console.log(JSON.stringify({ kind: 'summary', scenario: 'lifecycle', checks }))
  return checks.every(({ ok }) => ok) ? 0 : 1
}

const change = (id: string, wanted: object): Stage['act'] => {
  const event = JSON.stringify(changeEvent(id, wanted))
  return (stack) => stack.publish('cluster-change-requested', event)
}

function stagesOf(
  home: string,
  path: string,
  asked: ReturnType<typeof withExecutors>,
): readonly Stage[] {
  const count = asked.data.executors.count
  const resized = (to: number): Awaited => both(running([path]), readyAre(path, to))
  return [
    {
      name: 'create a workspace',
      act: async (stack) =>
        stack.publish('workspace-requested', JSON.stringify(sampleEvent('workspace-requested'))),
      until: running([home]),
      detail: () => 'its VPC and its GKE cluster are there',
    },
    {
      name: 'create',
      act: async (stack) => stack.publish('cluster-requested', JSON.stringify(asked)),
      until: running([path]),
      detail: executorsText,
    },
    {
      name: 'resize up',
      act: change('resize-up', { action: 'resize', executors: { count: count * 2 } }),
      until: resized(count * 2),
      detail: executorsText,
    },
    {
      name: 'resize down',
      act: change('resize-down', { action: 'resize', executors: { count } }),
      until: resized(count),
      detail: executorsText,
    },
    {
      name: 'lose a node',
      act: async (stack, cluster) => stack.faults.set('lose-node', nodeOf(cluster)),
      until: lostAndFound(path, count),
      detail: (cluster) => `an executor was lost and made again; ${executorsText(cluster)}`,
    },
    {
      name: 'restart',
      act: change('restart', { action: 'restart' }),
      until: newGeneration(path),
      detail: executorsText,
    },
    {
      name: 'terminate',
      act: change('terminate', { action: 'terminate' }),
      until: (found) => found(path)?.entity.state === 'TERMINATED' || undefined,
      detail: stateText,
    },
    {
      name: 'start',
      act: change('start', { action: 'start' }),
      until: (found) => (found(path)?.entity.state === 'RUNNING' ? true : undefined),
      detail: executorsText,
    },
    {
      name: 'delete',
      act: change('delete', { action: 'delete' }),
      until: (found) => found(path) === undefined || undefined,
      detail: (cluster) => (cluster ? stateText(cluster) : 'the cluster is forgotten'),
    },
    {
      name: 'delete the workspace',
      act: async (stack) =>
        stack.publish(
          'workspace-change-requested',
          JSON.stringify(sampleEvent('workspace-change-requested')),
        ),
      until: (found) => found(home)?.entity.state === 'NOT_PROVISIONED' || undefined,
      detail: () => 'its VPC and its GKE cluster are gone',
    },
  ]
}

// --- What is waited for -----------------------------------------------------------------------------------------

function both(one: Awaited, other: Awaited): Awaited {
  return (found) => {
    const answers = [one(found), other(found)]
    if (answers.includes(false)) return false
    return answers.every(Boolean) ? true : undefined
  }
}

function readyAre(path: string, count: number): Awaited {
  return (found) => readyOf(found(path)) === count || undefined
}

/** Fewer are ready than wanted, then all are again. */
function lostAndFound(path: string, count: number): Awaited {
  let wasLost = false
  return (found) => {
    const ready = readyOf(found(path))
    if (ready !== undefined && ready < count) wasLost = true
    return (wasLost && ready === count && found(path)?.entity.state === 'RUNNING') || undefined
  }
}

/** It runs, and with pods of its latest start. */
function newGeneration(path: string): Awaited {
  return (found) => {
    const stored = found(path)
    if (stored?.entity.kind !== 'cluster' || stored.entity.state !== 'RUNNING') return undefined
    return stored.observation?.level.driverLife === stored.entity.epoch || undefined
  }
}

function readyOf(stored: StoredEntity | undefined): number | undefined {
  return stored?.observation?.level.executors.ready
}

function nodeOf(stored: StoredEntity | undefined): { namespace: string; role: string } {
  for (const { thing } of stored?.ledger ?? []) {
    const output = thing.have === 'present' ? NamespaceOutput.safeParse(thing.output) : undefined
    if (output?.success) return { namespace: output.data.namespace, role: 'executor' }
  }
  throw new Error('the cluster has no namespace')
}

// --- What is told -----------------------------------------------------------------------------------------------

function executorsText(stored: StoredEntity | undefined): string {
  return `${stateText(stored)}, ${readyOf(stored) ?? 0} executors ready`
}

function stateText(stored: StoredEntity | undefined): string {
  return stored?.entity.state ?? 'gone'
}
