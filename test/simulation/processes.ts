// The processes that run functions, one for each invocation. In bad weather they die before or after an effect, hang, stand
// still and go on as zombies, or have a wrong clock; what died never does anything again.
import type { HostKnobs } from '../../infra/local/stack/functions-host.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { Clock, World } from '../../shared/ports.ts'
import { aroundWorld, type Call, type Hook } from '../../shared/around.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { whatOf } from './call-text.ts'
import type { Strikes } from './strikes.ts'
import type { Trace } from './trace.ts'

export interface ProcessOptions {
  readonly strikes: Strikes
  readonly trace: Trace
  /** The world that functions meet, with what befalls calls already in it. */
  readonly world: () => World
  /** Told of each call, before anything happens to it. */
  readonly onCall: (call: Call, name: string) => void
  /** Told of each call that came to an error. */
  readonly onError: (error: unknown) => void
}

interface Process {
  readonly id: string
  isDead: boolean
  /** Stands still until then. */
  frozenUntil: number
  /** Rejects when it dies. */
  readonly death: PromiseWithResolvers<never>
}

/** What a dead process waits for. */
const never = (): Promise<never> => new Promise(() => {})

export interface Processes {
  readonly process: NonNullable<HostKnobs['process']>
  /** Runs every event again that ever came, in order, whatever becomes of it. */
  replay(): Promise<void>
}

export function faultyProcesses(options: ProcessOptions): Processes {
  const events: ((world: World) => Promise<void>)[] = []
  const { strikes, trace, world } = options
  let started = 0

  const process: Processes['process'] = async (name, run) => {
    if (name !== 'sweep') events.push(run)
    const death = Promise.withResolvers<never>()
    const id = `${name}#${++started}`
    const own: Process = { id, isDead: false, frozenUntil: 0, death }
    trace.add('event', `${id} begins`)
    const base = world()
    const clock = clockOf(base.clock, own, skewOf(id, strikes))
    const mine = aroundWorld({ ...base, clock }, mortal(own, base.clock, options))
    await Promise.race([run(mine), death.promise])
  }

  return {
    process,
    async replay() {
      for (const run of events.splice(0)) await run(world()).catch(() => undefined)
    },
  }
}

function skewOf(id: string, { strikes, chance }: Strikes): number {
  return strikes('skew', () => id)
    ? Math.round(chance('skew').between(-minutes(10), minutes(10)))
    : 0
}

function clockOf(clock: Clock, process: Process, skewMs: number): Clock {
  return {
    now: () => clock.now() + skewMs,
    random: () => clock.random(),
    async sleep(ms, signal) {
      await clock.sleep(ms, signal)
      await thaw(process, clock)
    },
    after: (ms, run) => clock.after(ms, () => void thaw(process, clock).then(run)),
  }
}

/** Waits while the process stands still; for ever when it is dead. */
async function thaw(process: Process, clock: Clock): Promise<void> {
  if (process.isDead) return never()
  const rest = process.frozenUntil - clock.now()
  if (rest > 0) await clock.sleep(rest)
}

function mortal(
  process: Process,
  clock: Clock,
  { strikes, onCall, onError }: ProcessOptions,
): Hook {
  const { strikes: strike, chance } = strikes
  const die = (): Promise<never> => {
    process.isDead = true
    process.death.reject(new Error(`${process.id} died`))
    return never()
  }
  return async (call, proceed) => {
    await thaw(process, clock)
    onCall(call, process.id)
    const what = (): string => `${process.id} at ${whatOf(call)}`
    if (strike('crash-before', what, call)) return die()
    if (strike('hang', what, call)) {
      process.isDead = true
      return never()
    }
    if (strike('freeze', what, call)) {
      process.frozenUntil = clock.now() + chance('freeze').between(minutes(0.5), minutes(10))
      await thaw(process, clock)
    }
    const diesAfter = isMutation(call.method) && strike('crash-after', what, call)
    const result = await proceed().catch((error: unknown) => {
      onError(error)
      throw error
    })
    if (diesAfter) return die()
    await thaw(process, clock)
    return result
  }
}
