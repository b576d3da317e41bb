// Bad input of `workspace.requested`, as far as a schema can know it; that ranges do not overlap, the domain checks.
import { expect, test } from 'vitest'
import { sampleData } from '../test/event-samples.ts'
import { refusedFields } from '../test/refused-fields.ts'
import { WorkspaceRequested } from './workspace-requested.ts'

const sample = sampleData('workspace-requested')
const ranges = { nodes: '10.64.0.0/20', pods: '10.96.0.0/14', services: '10.64.16.0/20' }

test.each(['europe-west4', 'us-central1', 'northamerica-northeast2'])(
  'region %s is accepted',
  (region) => {
    expect(refusedFields(WorkspaceRequested, { ...sample, region })).toEqual([])
  },
)

const bad: readonly [string, Record<string, unknown>, string][] = [
  ['no account', { account: undefined }, 'account'],
  ['no workspace', { workspace: undefined }, 'workspace'],
  ['no project', { project: undefined }, 'project'],
  ['no region', { region: undefined }, 'region'],
  ['an unknown field', { zone: 'europe-west4-a' }, 'zone'],
  ['an account that begins with a digit', { account: '1acme' }, 'account'],
  ['a workspace with an underscore', { workspace: 'my_ws' }, 'workspace'],
  ['a workspace that is a list', { workspace: ['analytics'] }, 'workspace'],
  ['a project of five characters', { project: 'acme1' }, 'project'],
  ['a project of 31 characters', { project: 'p'.repeat(31) }, 'project'],
  ['a project number', { project: 123_456_789 }, 'project'],
  ['a project with a domain', { project: 'example.com:acme' }, 'project'],
  ['a zone for a region', { region: 'europe-west4-a' }, 'region'],
  ['a region without its number', { region: 'europe-west' }, 'region'],
  ['ranges that are a list', { ranges: ['10.0.0.0/19'] }, 'ranges'],
  ['a capacity that is a number', { capacity: 100 }, 'capacity'],
  ['a capacity without clusters', { capacity: { nodes: 100 } }, 'capacity.clusters'],
  ['a capacity of no nodes', { capacity: { nodes: 0, clusters: 1 } }, 'capacity.nodes'],
  ['a capacity of one node', { capacity: { nodes: 1, clusters: 1 } }, 'capacity.nodes'],
  ['a capacity of half a node', { capacity: { nodes: 2.5, clusters: 1 } }, 'capacity.nodes'],
  ['more nodes than GKE takes', { capacity: { nodes: 14_991, clusters: 1 } }, 'capacity.nodes'],
  ['no clusters', { capacity: { nodes: 10, clusters: 0 } }, 'capacity.clusters'],
  ['too many clusters', { capacity: { nodes: 14_990, clusters: 7496 } }, 'capacity.clusters'],
  ['an unknown part', { capacity: { nodes: 9, clusters: 1, pods: 32 } }, 'capacity.pods'],
]

test.each(bad)('%s is refused', (_, change, field) => {
  expect(refusedFields(WorkspaceRequested, { ...sample, ...change })).toEqual([field])
})

test('ranges come all three or not at all', () => {
  const { services: _, ...two } = ranges
  expect(refusedFields(WorkspaceRequested, { ...sample, ranges })).toEqual([])
  expect(refusedFields(WorkspaceRequested, { ...sample, ranges: two })).toEqual(['ranges.services'])
})

test.each(['10.64.0.0', '10.64.0/20', '10.64.0.0/', 'fd00::/20', 'all', '', '10.64.0.0/20 ', 20])(
  '%j is no range',
  (nodes) => {
    const data = { ...sample, ranges: { ...ranges, nodes } }
    expect(refusedFields(WorkspaceRequested, data)).toEqual(['ranges.nodes'])
  },
)
