// The bad inputs of test/bad-input as messages to publish, each with what must be said of it. None needs a cluster; those of
// clusters need a workspace that runs.
import { event } from '../loop/fixture.ts'
import * as clusters from '../bad-input/bad-clusters.ts'
import * as messages from '../bad-input/bad-messages.ts'
import { type Refusal, text } from '../bad-input/inbox.ts'
import { huge, odd } from '../bad-input/odd-messages.ts'
import * as workspaces from '../bad-input/bad-workspaces.ts'
import { UNADDRESSED } from '../../shared/domain/paths.ts'

export interface BadCase {
  readonly name: string
  readonly topic: string
  readonly message: string
  /** That its outcome is kept under. */
  readonly account: string
  readonly refusal: Refusal
}

type Table = readonly (readonly [string, Record<string, unknown>, Omit<Refusal, 'code'>])[]

const messageCase = (
  [name, message, refusal]: readonly [string, string, Refusal],
  account: string,
): BadCase => ({ name, topic: messages.topic, message, account, refusal })

/** Of requests that cannot be read, or ask for what no request of their kind may. */
export const ofMessages: readonly BadCase[] = [
  ...[...messages.unreadable, ...messages.nobodys].map((row) => messageCase(row, UNADDRESSED)),
  ...messages.attributes.map(([name, change, refusal]) =>
    messageCase([name, messages.envelope(change), refusal], 'acme'),
  ),
  ...[...huge, ...odd].map((row) => messageCase(row, 'acme')),
]

export const ofWorkspaces = asking('workspace-requested', [
  ...workspaces.projects.map(
    ([name, project]) => [`project: ${name}`, { project }, { field: 'data.project' }] as const,
  ),
  ...workspaces.regions.map(
    ([name, region]) => [`region: ${name}`, { region }, { field: 'data.region' }] as const,
  ),
  ...workspaces.fields,
  ...workspaces.badRanges.map(([name, change, field, allowed]) => {
    const ranges = { ...workspaces.goodRanges, ...change }
    return [`ranges: ${name}`, { ranges }, { field: `data.ranges.${field}`, allowed }] as const
  }),
])

export const ofClusters = asking('cluster-requested', [
  ...clusters.counts.map(([name, count, got]) => {
    const executors = { ...clusters.executors, count }
    return [`executors: ${name}`, { executors }, { field: 'data.executors.count', got }] as const
  }),
  ...[...clusters.names, ...clusters.notNames].map(
    (cluster) =>
      [
        `cluster ${JSON.stringify(cluster).slice(0, 60)}`,
        { cluster },
        { field: 'data.cluster' },
      ] as const,
  ),
  ...clusters.workspaceNames.map(
    (workspace) =>
      [
        `workspace ${JSON.stringify(workspace).slice(0, 60)}`,
        { workspace },
        { field: 'data.workspace' },
      ] as const,
  ),
  ...clusters.fields,
  ...clusters.catalogue,
])

/** A good request that asks for what is not there yet. */
export const withoutWorkspace: BadCase = {
  name: 'a cluster in a workspace that there is not',
  topic: 'cluster-requested',
  message: event('cluster-requested', 'too-early'),
  account: 'acme',
  refusal: {
    code: 'RESOURCE_DOES_NOT_EXIST',
    field: 'data.workspace',
    mend: text('workspace.requested'),
  },
}

function asking(topic: string, table: Table): BadCase[] {
  return table.map(([name, data, refusal], index) => ({
    name,
    topic,
    message: event(topic, `${topic}-${index}`, data),
    account: 'acme',
    refusal: { code: 'INVALID_PARAMETER_VALUE', ...refusal },
  }))
}
