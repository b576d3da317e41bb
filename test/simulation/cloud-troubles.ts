// What goes wrong in the simulated cloud by itself, for a while: a few of its settable faults, at moments of the storm.
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { Chance } from './chance.ts'
import type { Move } from './scenario.ts'

type Parameters = Readonly<Record<string, unknown>>

const part = (chance: Chance): number => chance.between(0.1, 1)

/** Each with parameters at random. */
const troubles: Readonly<Record<string, (chance: Chance) => Parameters>> = {
  'stock-out': (chance) => ({ left: chance.whole(0, 2) }),
  quota: (chance) => ({
    metric: chance.pick(['N2_CPUS', 'CPUS', 'INSTANCES']),
    limit: chance.whole(0, 60),
  }),
  'ip-range': (chance) => ({ nodes: chance.whole(2, 6) }),
  'node-late': (chance) => ({ seconds: chance.whole(10, 900) }),
  'node-never': (chance) => ({ times: chance.whole(1, 4) }),
  'node-rate': (chance) => ({ perMinute: chance.whole(1, 10) }),
  'rate-limit': (chance) => ({ chance: part(chance) }),
  unavailable: (chance) => ({ chance: part(chance) }),
  'answer-lost': (chance) => ({ chance: part(chance) }),
  'api-disabled': () => ({}),
  'permission-denied': (chance) => ({
    permission: chance.pick(['container.clusters', 'compute', 'container']),
  }),
  'network-operation-fails': (chance) => ({
    code: chance.pick(['INTERNAL_ERROR', 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE']),
    times: chance.whole(1, 3),
  }),
  'operation-fails': (chance) => ({
    code: chance.pick(['INTERNAL', 'ABORTED', 'RESOURCE_EXHAUSTED']),
    times: chance.whole(1, 3),
  }),
  'operation-lost': (chance) => ({
    work: chance.pick(['done', 'undone']),
    times: chance.whole(1, 3),
  }),
  'operation-slow': (chance) => ({ seconds: chance.whole(30, 1800), times: chance.whole(1, 4) }),
  'operation-quota': (chance) => ({ limit: chance.whole(1, 4) }),
  'operation-alone': () => ({}),
  maintenance: (chance) => ({ seconds: chance.whole(60, 1200) }),
  'maintenance-at-random': (chance) => ({
    every: chance.whole(300, 1800),
    seconds: chance.whole(60, 600),
  }),
  'control-plane-resize': (chance) => ({ nodes: chance.whole(1, 6), seconds: 240 }),
  'pool-error': (chance) => ({ status: chance.pick(['ERROR', 'RUNNING_WITH_ERROR']) }),
  'cluster-error': () => ({ status: 'DEGRADED' }),
  preempt: (chance) => ({ count: chance.whole(1, 5) }),
  'lose-node': (chance) => ({ count: chance.whole(1, 5) }),
  'image-pull': () => ({}),
  'crash-loop': (chance) => ({ role: chance.pick(['driver', 'executor']) }),
  'pod-fails': (chance) => ({
    reason: chance.pick(['Evicted', 'OOMKilled', 'Error']),
    times: chance.whole(1, 4),
  }),
  'kubernetes-unreachable': (chance) => ({ chance: part(chance) }),
  'kubernetes-rate-limit': (chance) => ({ chance: part(chance) }),
  'quota-conflict': () => ({}),
  'larger-agents': (chance) => ({
    cpuMilli: chance.whole(0, 300),
    memoryMib: chance.whole(0, 300),
  }),
  'namespace-quota': (chance) => ({ pods: chance.whole(1, 60) }),
  'agent-silent': (chance) => ({ chance: part(chance) }),
  'audit-log': (chance) => ({
    drop: part(chance),
    duplicate: part(chance),
    delay: chance.whole(0, 300),
  }),
}

export const troubleNames: readonly string[] = Object.keys(troubles)

export function cloudTroubles(chance: Chance, stormMs: number): Move[] {
  const count = chance.pick([0, 0, 1, 1, 2, 4])
  return Array.from({ length: count }, (): Move => {
    const fault = chance.pick(troubleNames)
    const parameters = troubles[fault]?.(chance) ?? {}
    const at = chance.whole(0, stormMs - seconds(1))
    return { at, does: 'trouble', fault, parameters, forMs: chance.whole(minutes(1), stormMs) }
  })
}
