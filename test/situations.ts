// Entities, plans and ledgers as the domain's tests need them: what matters is given, the rest is filled in.
import type { Entity } from '../shared/domain/entity.ts'
import type { Have, LedgerEntry } from '../shared/domain/ledger.ts'
import type { Plan, PlanItem, Subject, SubjectOf } from '../shared/domain/plan.ts'
import type { Observation } from '../shared/domain/records.ts'
import type { Run } from '../shared/domain/run.ts'
import type { Situation } from '../shared/domain/situation.ts'

export const WORKSPACE = 'accounts/acme/workspaces/analytics'
export const POOL = `${WORKSPACE}/pools/n2-standard-8`
/** Of the cluster's custom resource. */
export const UID = 'uid-1'
/** What everything here counts from. */
export const NOW = 1_000_000_000

const identity = {
  account: 'acme',
  workspace: 'analytics',
  project: 'acme-analytics',
  region: 'europe-west4',
  serviceAccount: 'kindling@acme-analytics.iam.gserviceaccount.com',
}
const ranges = { nodes: '10.0.0.0/19', pods: '100.64.0.0/13', services: '100.72.0.0/20' }
export const zones = ['europe-west4-a', 'europe-west4-b', 'europe-west4-c']

type ClusterSpec = SubjectOf<'cluster'>['spec']

export function clusterSpec(count: number, change: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    runtime: '17.3.x-scala2.13',
    driver: { machineType: 'n2-standard-4' },
    executors: { count, machineType: 'n2-standard-8', spot: false },
    zone: 'auto',
    autoterminationMinutes: 60,
    ...change,
  }
}

export const workspaceSubject: SubjectOf<'workspace'> = {
  kind: 'workspace',
  identity,
  spec: {
    project: identity.project,
    region: identity.region,
    zones,
    serviceAccount: identity.serviceAccount,
    ranges,
  },
  home: 'kindling',
}

export const poolSubject: SubjectOf<'pool'> = {
  kind: 'pool',
  identity,
  zones,
  gkeCluster: 'analytics-g1',
  pool: 'n2-standard-8',
  spec: { machineType: 'n2-standard-8', spot: false },
}

export function clusterSubject(
  count: number,
  change: Partial<ClusterSpec> = {},
): SubjectOf<'cluster'> {
  return {
    kind: 'cluster',
    identity,
    zones,
    gkeCluster: 'analytics-g1',
    endpoint: 'gke-1.example',
    ranges,
    cluster: 'etl',
    spec: clusterSpec(count, change),
    epoch: 1,
    zone: 'europe-west4-a',
    pools: { driver: 'n2-standard-4', executor: 'n2-standard-8' },
  }
}

// --- Plans ------------------------------------------------------------------------------------------------------

export function itemOf(step: string, life: number, more: Partial<PlanItem> = {}): PlanItem {
  return {
    key: `${step}-g${life}`,
    step,
    index: 1,
    life,
    revision: life,
    after: [],
    attempts: 3,
    timeoutMs: 20 * 60_000,
    ...more,
  }
}

/** A namespace, then the driver and batches of 50; beside them a pool that is awaited. */
export function clusterItems(count: number, life: number): PlanItem[] {
  const namespace = itemOf('namespace', life)
  const batches = Array.from({ length: Math.ceil(count / 50) }, (_, at) => {
    const key = `executors-${String(at + 1).padStart(3, '0')}-g${life}`
    return itemOf('executors', life, { key, index: at + 1, after: [namespace.key] })
  })
  return [
    itemOf('executor-pool', life, { awaits: POOL }),
    namespace,
    itemOf('driver', life, { after: [namespace.key] }),
    ...batches,
  ]
}

export function clusterPlan(count: number, life: number, change: Partial<ClusterSpec> = {}): Plan {
  return { subject: clusterSubject(count, change), items: clusterItems(count, life) }
}
export const emptyClusterPlan: Plan = { ...clusterPlan(1, 1), items: [] }

/** Network, then subnet and firewall, then the GKE cluster, then its services. */
export function workspaceItems(life: number): PlanItem[] {
  const network = itemOf('network', life)
  const subnet = itemOf('subnet', life, { after: [network.key] })
  const firewall = itemOf('firewall', life, { after: [network.key] })
  const gke = itemOf('gke-cluster', life, { after: [subnet.key, firewall.key] })
  return [network, subnet, firewall, gke, itemOf('workspace-services', life, { after: [gke.key] })]
}

export const poolItems = (life: number): PlanItem[] => [itemOf('node-pool', life)]

// --- Documents --------------------------------------------------------------------------------------------------

const OUTPUTS: Readonly<Record<string, Record<string, unknown>>> = {
  namespace: { namespace: 'etl', name: 'etl', uid: UID },
  'gke-cluster': { gkeCluster: 'analytics-g1', endpoint: 'gke-1.example' },
}

export function thingOf(step: string, have: Have['have']): Have {
  return have === 'present' ? { have, output: OUTPUTS[step] ?? {} } : { have }
}

/** An entry that was recorded a minute ago and is to be looked at in a minute. */
export function entryOf(
  item: PlanItem,
  have: Have['have'],
  more: Partial<LedgerEntry> = {},
): LedgerEntry {
  return {
    item,
    n: 1,
    g: 1,
    claim: { open: false, token: 'token', recordedAt: NOW - 60_000 },
    thing: thingOf(item.step, have),
    ...(have === 'present' ? { made: item.revision } : {}),
    zombieUntil: 0,
    lookAt: have === 'present' || have === 'absent' ? 0 : NOW + 60_000,
    failures: 0,
    startedAt: NOW - 120_000,
    ...more,
  }
}

export const openClaim = { open: true as const, token: 'token', effectUntil: NOW + 120_000 }

export function runOf(plan: Plan, more: Partial<Extract<Run, { is: 'active' }>> = {}): Run {
  return {
    is: 'active',
    generation: 1,
    direction: 'up',
    request: 'request-1',
    shard: 0,
    tries: 0,
    createdAt: NOW - 120_000,
    plan,
    wakeAt: NOW + 20_000,
    ...more,
  }
}

export function entityOf(subject: Subject, generation = 1): Entity {
  const common = {
    account: 'acme',
    workspace: 'analytics',
    generation,
    want: 'up' as const,
    request: `request-${generation}`,
    changedAt: NOW - 120_000,
  }
  switch (subject.kind) {
    case 'workspace':
      return { ...common, kind: 'workspace', spec: subject.spec, state: 'PROVISIONING' }
    case 'pool': {
      const { pool, spec } = subject
      return { ...common, kind: 'pool', pool, spec, state: 'PROVISIONING' }
    }
    case 'cluster': {
      const { cluster, spec, epoch } = subject
      return { ...common, kind: 'cluster', cluster, spec, epoch, state: 'PENDING' }
    }
  }
}

export function observationOf(
  level: Partial<Observation['level']>,
  more: Partial<Observation> = {},
): Observation {
  const executors = { total: 0, ready: 0, failed: 0 }
  return {
    uid: UID,
    term: 1,
    sequence: 1,
    observedAt: NOW - 1000,
    receivedAt: NOW - 500,
    level: { driver: 'pending', executors, failures: [], phases: {}, ...level },
    ...more,
  }
}

export function situationOf(plan: Plan, more: Partial<Situation> = {}): Situation {
  return {
    entity: entityOf(plan.subject),
    run: runOf(plan),
    ledger: [],
    observation: undefined,
    awaited: new Map(),
    now: NOW,
    hinted: new Set(),
    ...more,
  }
}
