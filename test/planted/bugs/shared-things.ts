// Mistakes with what several share: pools, slots, the workspace's GKE cluster.
import { inFile, type PlantedBug } from '../planted-bug.ts'

const RETIRE = 'shared/runtime/retire-pool.ts'
const HIBERNATE = 'shared/runtime/hibernate.ts'

export const sharedBugs: readonly PlantedBug[] = [
  {
    name: 'slots-leaked',
    says: 'a slot is not given back when its operation is over',
    edits: [
      ...inFile(
        'shared/runtime/record.ts',
        'keepsSlot(step, outcome) ? [] : await freeing(world, workspace, worker.ref)',
        'keepsSlot(step, outcome) ? [] : []',
      ),
      ...inFile(
        'shared/runtime/slots.ts',
        "if (isOver) await world.store.commit([{ op: 'delete', from: document }])",
        "if (isOver && now < 0) await world.store.commit([{ op: 'delete', from: document }])",
      ),
    ],
    scenarios: ['launch-new-pools', 'workspace-create'],
  },
  {
    name: 'waiter-not-woken',
    says: 'a cluster that waits for its workspace is not told that it runs',
    edits: inFile(
      'shared/runtime/dependants.ts',
      "if (ref.kind === 'workspace') return waitingClusters(world, moment.path)",
      "if (ref.kind === 'workspace') return []",
    ),
    scenarios: ['launch-while-workspace-comes', 'wake'],
  },
  {
    name: 'pool-in-use-is-retired',
    says: 'nobody counts the uses of a pool',
    edits: inFile(
      RETIRE,
      'return (await world.store.list(usesOf(path), { limit: 1 })).length > 0',
      'return (await world.store.list(usesOf(path), { limit: 1 })).length > 1000',
    ),
    scenarios: ['busy-cluster-stays'],
  },
  {
    name: 'pool-deleted-under-a-launch',
    says: 'a pool is retired on what was counted, whatever has changed since',
    edits: inFile(
      RETIRE,
      'await takeDown(world, path, { generation, version, reason,',
      'await takeDown(world, path, { generation, ...(version ? {} : { version }), reason,',
    ),
    scenarios: ['launch-as-pools-go'],
    modes: ['hung'],
    call: 'sweep: store.',
  },
  {
    name: 'mark-without-a-count',
    says: 'a pool that is marked goes, though a launch has come since its uses were counted',
    edits: inFile(
      RETIRE,
      '  if (await isUsed(world, path)) {\n    await keep(world, marked)',
      '  if (marked.value.generation < 0) {\n    await keep(world, marked)',
    ),
    scenarios: [],
    shownBy: {
      test: 'test/models/shared-pool.test.ts',
      because:
        'the launch must stand still for an audit period between wanting its pools and using them, longer than any invocation lives',
    },
  },
  {
    name: 'use-not-ended',
    says: 'a cluster that is gone goes on using its pools',
    edits: inFile(
      'shared/runtime/ended-uses.ts',
      'return uses.filter((use) => use !== undefined)',
      'return uses.filter((use) => use !== undefined).slice(0, 0)',
    ),
    scenarios: ['edit-machines', 'terminate'],
  },
  {
    name: 'hibernates-with-clusters',
    says: 'nobody counts the clusters of a workspace before it hibernates',
    edits: inFile(
      HIBERNATE,
      "readable.some(({ value }) => value.state !== 'TERMINATED')",
      "readable.some(({ value }) => value.state === 'TERMINATED')",
    ),
    scenarios: ['busy-cluster-stays'],
  },
  {
    name: 'hibernates-over-a-request',
    says: 'a workspace hibernates although a request has come since its clusters were counted',
    edits: inFile(
      HIBERNATE,
      'if (latest?.document.version !== marked.document.version) return',
      'if (!latest) return',
    ),
    scenarios: ['launch-after-workspace-fell-asleep'],
    modes: ['hung'],
    call: 'sweep: store.',
  },
  {
    name: 'clusters-outlive-their-workspace',
    says: 'a workspace goes before the clusters in it',
    edits: inFile(
      'shared/domain/decide.ts',
      'if (children.clusters.length > 0) return children.clusters',
      'if (children.clusters.length > 1000) return children.clusters',
    ),
    scenarios: ['delete-workspace-with-cluster'],
  },
  {
    name: 'pool-of-a-gke-cluster-that-is-gone',
    says: 'a pool is taken to be there although its GKE cluster has hibernated',
    edits: inFile(
      'shared/runtime/want-pool.ts',
      'return gkeCluster === host',
      'return gkeCluster === host || host !== undefined',
    ),
    scenarios: ['sleeps-before-its-pools', 'wake', 'launch-as-workspace-falls-asleep'],
  },
]
