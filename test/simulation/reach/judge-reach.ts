// Compares the probes that a run came by with all that there are: what it never reached must have a written reason, and what
// it did reach must have none.
import { codeSites } from './code-sites.ts'
import { type NotReached, notReached } from './not-reached.ts'
import { declaredProbes } from './probes.ts'

export interface Reach {
  readonly total: number
  readonly reached: number
  /** Not reached, with the reason why that is so; without one it is a hole in the simulation. */
  readonly unreached: readonly { readonly probe: string; readonly reason?: string }[]
  /** Reached, though a reason says that this cannot be. */
  readonly disproved: readonly { readonly probe: string; readonly reason: string }[]
}

export function allProbes(): string[] {
  return [...new Set([...declaredProbes(), ...codeSites().map(({ probe }) => probe)])]
}

export function judgeReach(reached: ReadonlySet<string>): Reach {
  const all = allProbes()
  const unreached = all.filter((probe) => !reached.has(probe))
  return {
    total: all.length,
    reached: all.length - unreached.length,
    unreached: unreached.map((probe) => {
      const reason = whyNot(probe)?.reason
      return reason === undefined ? { probe } : { probe, reason }
    }),
    disproved: all.flatMap((probe) => {
      const why = reached.has(probe) ? whyNot(probe) : undefined
      return why && !why.isRare ? [{ probe, reason: why.reason }] : []
    }),
  }
}

function whyNot(probe: string): NotReached | undefined {
  return notReached.find(({ probes }) => probes.some((each) => probe.includes(each)))
}
