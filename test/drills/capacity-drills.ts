// Drills: Google has nothing to give.
import type { Drill } from './drill.ts'

const spot = { executors: { count: 10, machineType: 'n2-standard-8', spot: true } }
const EXECUTORS = 'n2-standard-8'
const ZONE = 'europe-west4-b'

export const capacityDrills: readonly Drill[] = [
  {
    name: 'a stock-out in every zone',
    of: 'cluster',
    faults: [{ name: 'stock-out' }],
    told: 'GCP_INSUFFICIENT_CAPACITY',
    ends: 'GCP_INSUFFICIENT_CAPACITY',
  },
  {
    name: 'a stock-out in the one zone that was asked for',
    of: 'cluster',
    request: { zone: ZONE },
    faults: [{ name: 'stock-out', parameters: { zone: ZONE } }],
    told: 'GCP_INSUFFICIENT_CAPACITY',
    ends: 'GCP_INSUFFICIENT_CAPACITY',
  },
  {
    name: 'a stock-out in one zone, with others to go to (rule *zone*)',
    of: 'cluster',
    faults: [{ name: 'stock-out', parameters: { zone: ZONE } }],
  },
  {
    name: 'no spot machines, and on-demand will do (rule *fallback*)',
    of: 'cluster',
    request: { executors: { ...spot.executors, spotFallback: true } },
    faults: [{ name: 'stock-out', parameters: { spot: true } }],
  },
  {
    name: 'no spot machines, and nothing else will do (rule *fallback*)',
    of: 'cluster',
    request: spot,
    faults: [{ name: 'stock-out', parameters: { spot: true } }],
    told: 'GCP_INSUFFICIENT_CAPACITY',
    ends: 'GCP_INSUFFICIENT_CAPACITY',
  },
  {
    name: "a stock-out of the executors' machines",
    of: 'cluster',
    faults: [{ name: 'stock-out', parameters: { machineType: EXECUTORS } }],
    told: 'GCP_INSUFFICIENT_CAPACITY',
    ends: 'GCP_INSUFFICIENT_CAPACITY',
  },
  {
    name: 'a stock-out of some machines: it runs without them, says so, and is whole in the end',
    of: 'cluster',
    // In a zone of its own choice: with `auto` Kindling would try the others.
    request: { zone: ZONE },
    faults: [{ name: 'stock-out', parameters: { zone: ZONE, machineType: EXECUTORS, left: 4 } }],
    told: 'EXECUTOR_POD_UNSCHEDULED',
  },
  {
    name: 'a stock-out that ends',
    of: 'cluster',
    faults: [{ name: 'stock-out' }],
    told: 'GCP_INSUFFICIENT_CAPACITY',
    isShort: true,
  },
  {
    name: "a stock-out that the autoscaler's log does not tell of",
    of: 'cluster',
    faults: [{ name: 'stock-out' }, { name: 'audit-log', parameters: { drop: 1 } }],
    told: 'K8S_AUTOSCALING_FAILURE',
    ends: 'K8S_AUTOSCALING_FAILURE',
  },
  {
    name: 'a quota that is used up by others meanwhile',
    of: 'cluster',
    from: 'accepted',
    faults: [{ name: 'quota', parameters: { metric: 'N2_CPUS', limit: 0 } }],
    told: 'GCP_QUOTA_EXCEEDED',
    ends: 'GCP_QUOTA_EXCEEDED',
  },
  {
    name: 'address ranges that are used up',
    of: 'cluster',
    faults: [{ name: 'ip-range', parameters: { nodes: 0 } }],
    told: 'GCP_IP_SPACE_EXHAUSTED',
    ends: 'GCP_IP_SPACE_EXHAUSTED',
  },
  {
    name: 'machines that never become nodes',
    of: 'cluster',
    faults: [{ name: 'node-never' }],
    told: 'K8S_AUTOSCALING_FAILURE',
    ends: 'K8S_AUTOSCALING_FAILURE',
  },
]
