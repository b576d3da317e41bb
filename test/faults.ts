// Faults on purpose, one at a time, at any call of any port: before the call, after its effect, or with an outcome that
// nobody can know. A run without faults lists its calls, so that "a fault at every call" leaves none out. Tests only.
import { CallError } from '../shared/call-error.ts'
import { seconds } from '../shared/domain/time.ts'
import type { Clock, World } from '../shared/ports.ts'
import { aroundWorld, type Hook } from '../shared/around.ts'
import { isMutation } from '../shared/runtime/call-limits.ts'

/**
 * `before`: nothing was done (`unavailable`). `after`: done, and the answer lost. `unknown`: cut off at once; what was asked
 * for takes effect later, if at all. `refused`: nothing was done, and trying again cannot help (`invalid`). Reads have no
 * effect and cannot be refused: to them all are `unavailable`.
 */
export type When = 'before' | 'after' | 'unknown' | 'refused'
/** The faults that pass. */
export const passing: readonly When[] = ['before', 'after', 'unknown']

/** The nth call of one method of a port since `record`, from 1 on. */
export interface CallSite {
  readonly port: string
  readonly method: string
  readonly nth: number
}

export interface Faults {
  readonly hook: Hook
  /** The same world, with the hook around every call of its ports. */
  wrap(world: World): World
  /** Forgets calls and faults: counts from here. */
  record(): void
  /** Every call since `record`, in order. */
  calls(): readonly CallSite[]
  /** Arms a fault at one call; `struck` is called when it happens. */
  at(site: CallSite, when: When, struck?: () => void): void
  /** Arms a fault at the next call of this method. */
  next(port: string, method: string, when: When): void
  /** Faults that wait for a call that never came. */
  waiting(): number
}

/** When a call that was cut off takes effect: after its caller has given up, within the horizon that callers allow for. */
const LATE = seconds(30)

export function faults(clock: Clock): Faults {
  const calls: CallSite[] = []
  const armed = new Map<string, { when: When; struck?: (() => void) | undefined }>()
  const counts = new Map<string, number>()
  const keyOf = ({ port, method, nth }: CallSite): string => `${port}.${method} ${nth}`
  const countOf = (port: string, method: string): number => counts.get(`${port}.${method}`) ?? 0

  const hook: Hook = async ({ port, method }, proceed) => {
    const nth = countOf(port, method) + 1
    counts.set(`${port}.${method}`, nth)
    const site = { port, method, nth }
    calls.push(site)
    const fault = armed.get(keyOf(site))
    if (!fault) return proceed()
    armed.delete(keyOf(site))
    fault.struck?.()
    const what = `fault on purpose: ${keyOf(site)}, ${fault.when}`
    if (fault.when === 'before' || !isMutation(method)) throw new CallError('unavailable', what)
    if (fault.when === 'refused') throw new CallError('invalid', what)
    if (fault.when === 'after') await proceed()
    else void happenLate(proceed)
    throw new CallError('unknown-outcome', what)
  }

  /** Whatever it meets then, there is nobody left to tell. */
  async function happenLate(proceed: () => Promise<unknown>): Promise<void> {
    await clock.sleep(LATE)
    await proceed().catch(() => undefined)
  }

  const self: Faults = {
    hook,
    wrap: (world) => aroundWorld(world, hook),
    record() {
      calls.length = 0
      counts.clear()
      armed.clear()
    },
    calls: () => [...calls],
    at: (site, when, struck) => void armed.set(keyOf(site), { when, struck }),
    next: (port, method, when) => self.at({ port, method, nth: countOf(port, method) + 1 }, when),
    waiting: () => armed.size,
  }
  return self
}
