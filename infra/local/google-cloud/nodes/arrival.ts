// When a machine that was asked for comes up: after its boot, later by fault, in turn where machines are started one by one.
import type { Clock } from '../../../../shared/ports.ts'
import type { Profile } from '../../profile.ts'
import { type FaultBoard, isMeant } from '../faults/fault-board.ts'
import type { NodeTemplate } from './node-template.ts'

export interface Arrivals {
  /** Milliseconds of the clock from now on. */
  bootMs(template: NodeTemplate, usual: number): number
  /** Whether this machine will never be a node. */
  isNever(template: NodeTemplate): boolean
}

interface ArrivalOptions {
  readonly clock: Clock
  readonly profile: Profile
  readonly faults: Pick<FaultBoard, 'all' | 'strike'>
  readonly cluster: { readonly path: string; readonly name: string }
}

const MINUTE = 60_000

const isHere = (
  { pool, zone }: NodeTemplate,
  fault: { readonly pool?: string | undefined; readonly zone?: string | undefined },
): boolean => isMeant(fault.pool, pool) && isMeant(fault.zone, zone)

export function arrivals({ clock, profile, faults, cluster }: ArrivalOptions): Arrivals {
  /** When the next machine may start. */
  let turn = 0
  function waitForTurn(): number {
    const rate = faults
      .all('node-rate')
      .find((fault) => isMeant(fault.cluster, cluster.path, cluster.name))
    if (!rate) return 0
    const start = Math.max(turn, clock.now())
    turn = start + profile.scaled(MINUTE / rate.perMinute)
    return start - clock.now()
  }

  return {
    bootMs(template, usual) {
      const late = faults.all('node-late').find((fault) => isHere(template, fault))
      return usual + profile.scaled((late?.seconds ?? 0) * 1000) + waitForTurn()
    },
    isNever: (template) =>
      faults.strike('node-never', (fault) => isHere(template, fault)) !== undefined,
  }
}
