// Compares the probes that a run came by with all that there are: what it never reached must have a written reason.
import { codeSites } from './code-sites.ts'
import { notReached } from './not-reached.ts'
import { declaredProbes } from './probes.ts'

export interface Reach {
  readonly total: number
  readonly reached: number
  /** Not reached, with the reason why that is so; without one it is a hole in the simulation. */
  readonly unreached: readonly { readonly probe: string; readonly reason?: string }[]
}

export function judgeReach(reached: ReadonlySet<string>): Reach {
  const all = [...new Set([...declaredProbes(), ...codeSites().map(({ probe }) => probe)])]
  const unreached = all.filter((probe) => !reached.has(probe))
  return {
    total: all.length,
    reached: all.length - unreached.length,
    unreached: unreached.map((probe) => {
      const reason = reasonFor(probe)
      return reason === undefined ? { probe } : { probe, reason }
    }),
  }
}

function reasonFor(probe: string): string | undefined {
  return notReached.find(({ probes }) => probes.some((each) => probe.includes(each)))?.reason
}
