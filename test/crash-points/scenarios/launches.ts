// Clusters that come: with pools of their own, into pools that are there, with what can be had, and not at all.
import { minutes } from '../../../shared/domain/time.ts'
import { CLUSTER, WORKSPACE } from '../../loop/fixture.ts'
import {
  askForWorkspace,
  comesTo,
  FEW,
  launch,
  running,
  type Scenario,
  workspace,
} from '../scenario.ts'

const { machineType } = FEW
/** The one that `auto` chooses first for a cluster of this name. */
const ZONE = 'europe-west4-b'

export const launches: readonly Scenario[] = [
  {
    name: 'launch-new-pools',
    begin: (loop) => workspace(loop),
    act: (loop) => launch(loop),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'launch-old-pools',
    begin: (loop) => running(loop),
    act: (loop) => launch(loop, 'second'),
    isOver: comesTo(`${WORKSPACE}/clusters/second`, 'RUNNING'),
  },
  {
    name: 'launch-while-workspace-comes',
    async begin(loop) {
      await askForWorkspace(loop)
      // Most of it is under way, and GKE works on its cluster.
      await loop.clock.advance(minutes(1))
    },
    act: (loop) => launch(loop),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'spot-stock-out',
    async begin(loop) {
      await workspace(loop)
      await loop.stack.faults.set('stock-out', { zone: ZONE, machineType, spot: true })
    },
    act: (loop) => {
      const executors = { ...FEW, spot: true, spotFallback: true }
      return launch(loop, 'etl', { zone: ZONE, executors })
    },
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'zone-stock-out',
    async begin(loop) {
      await workspace(loop)
      await loop.stack.faults.set('stock-out', { zone: ZONE, machineType })
    },
    act: (loop) => launch(loop, 'etl', { zone: 'auto' }),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'launch-fails',
    async begin(loop) {
      await workspace(loop)
      // Most of the cluster has come by the time that its executors' pool is found to be broken.
      await loop.stack.faults.set('operation-fails', {
        type: 'CREATE_NODE_POOL',
        condition: 'GKE_SERVICE_ACCOUNT_DELETED',
        times: 100,
      })
    },
    act: (loop) => launch(loop),
    isOver: comesTo(CLUSTER, 'TERMINATED'),
  },
  {
    name: 'launch-rate-limited',
    async begin(loop) {
      await workspace(loop)
      // As often as a step may fail.
      await loop.stack.faults.set('rate-limit', { method: 'createNodePool', times: 5 })
    },
    act: (loop) => launch(loop, 'etl', { driver: { machineType } }),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'launch-while-gke-is-away',
    async begin(loop) {
      await workspace(loop)
      // More often than a step may fail.
      await loop.stack.faults.set('unavailable', { method: 'createNodePool', times: 6 })
    },
    act: (loop) => launch(loop, 'etl', { driver: { machineType } }),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'launch-quota-conflicts',
    async begin(loop) {
      await workspace(loop)
      await loop.stack.faults.set('quota-conflict', { writeMs: 400 })
    },
    act: (loop) => launch(loop),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
]
