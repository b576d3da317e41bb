// The faults that take machines away when they are set.
import { CallError } from '../../../shared/call-error.ts'
import type { ClusterRecord } from './container/cluster-record.ts'
import { isMeant } from './faults/fault-board.ts'
import type { Victims } from './nodes/victims.ts'

/** Answers which. Throws `not-found` when nothing is meant. */
export async function takeMachines(
  how: 'preempt' | 'lose',
  fault: Victims,
  clusters: ReadonlyMap<string, ClusterRecord>,
): Promise<string> {
  const taken: string[] = []
  for (const { path, name, runtime } of clusters.values()) {
    if (!runtime || !isMeant(fault.cluster, path, name)) continue
    for (const machine of runtime.victims(fault).slice(0, fault.count - taken.length)) {
      runtime.fleet[how](machine)
      taken.push(machine.name)
    }
  }
  if (taken.length > 0) return `${how === 'lose' ? 'lost' : 'takes away'} ${taken.join(', ')}`
  const { count: _count, ...named } = fault
  const texts = Object.entries(named).map(([key, value]) => `${key} ${value}`)
  throw new CallError(
    'not-found',
    `there is no machine${texts.length > 0 ? ` with ${texts.join(', ')}` : ''}`,
  )
}
