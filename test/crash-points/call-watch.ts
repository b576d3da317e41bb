// Every call that functions make of a port, in order, and one fault at one of them. A call is known by its number since
// `begin`: up to the fault, two runs of one scenario are alike to the letter, so the number names the very same call.
import { type FunctionName, manifest } from '../../functions/manifest.ts'
import { CallError } from '../../shared/call-error.ts'
import { seconds } from '../../shared/domain/time.ts'
import type { Clock, World } from '../../shared/ports.ts'
import { aroundWorld, type Call, type Hook } from '../../shared/runtime/around.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { targetOf } from './call-target.ts'
import { type Mode, modesOf } from './mode.ts'

/** One call. */
export interface Site {
  /** From 1 on. */
  readonly nth: number
  /** Such as `gke.createNodePool`. */
  readonly call: string
  readonly modes: readonly Mode[]
  /** Who calls what about what: for people, and to be sure that a number still names the same call. */
  readonly text: string
}

export interface CallWatch {
  /** For the functions host: what one invocation meets, which is a process of its own. */
  worldOf(name: FunctionName, world: World): World
  /** Counts from here. */
  begin(): void
  /** Every call since `begin`. */
  sites(): readonly Site[]
  arm(nth: number, mode: Mode): void
  /** The call that the fault struck, and when. */
  struck(): { readonly site: Site; readonly at: number } | undefined
}

/** So long before its end a process that hung goes on. */
const REST = seconds(20)
/** No call that a step makes takes effect later than this (protocol rule 3: the horizon is 180 s after the claim). */
const LATEST = seconds(160)

/** `done`: told of every call that takes effect, when it begins to. */
export function callWatch(clock: Clock, done: (call: Call) => void): CallWatch {
  const sites: Site[] = []
  let isCounting = false
  let armed: { readonly nth: number; readonly mode: Mode } | undefined
  let struck: ReturnType<CallWatch['struck']>

  function note(name: FunctionName, call: Call): Site {
    const { port, method } = call
    const text = `${name}: ${port}.${method} ${targetOf(call)}`.trimEnd()
    const nth = sites.length + 1
    const site = { nth, call: `${port}.${method}`, modes: modesOf(method), text }
    sites.push(site)
    return site
  }

  /** One invocation: once it is dead it does nothing more, and no answer comes to it. */
  function process(name: FunctionName): Hook {
    const life = { isOver: false }
    const alive = async (answer: Promise<unknown>): Promise<unknown> => {
      const settled = await answer.then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      )
      if (life.isOver) return never()
      if ('error' in settled) throw settled.error
      return settled.value
    }
    return (call, begin) => {
      if (life.isOver) return never()
      const proceed = (): Promise<unknown> => {
        done(call)
        return begin()
      }
      if (!isCounting) return alive(proceed())
      const site = note(name, call)
      if (armed?.nth !== site.nth) return alive(proceed())
      struck = { site, at: clock.now() }
      const hang = Math.min(seconds(manifest[name].timeoutS) - REST, LATEST)
      return alive(
        strike(armed.mode, { clock, call, proceed, hang, die: () => (life.isOver = true) }),
      )
    }
  }

  return {
    worldOf: (name, world) => aroundWorld(world, process(name)),
    begin() {
      sites.length = 0
      isCounting = true
    },
    sites: () => [...sites],
    arm: (nth, mode) => void (armed = { nth, mode }),
    struck: () => struck,
  }
}

interface Struck {
  readonly clock: Clock
  readonly call: Call
  readonly proceed: () => Promise<unknown>
  /** Milliseconds. */
  readonly hang: number
  readonly die: () => void
}

async function strike(mode: Mode, struck: Struck): Promise<unknown> {
  const { clock, call, proceed, hang, die } = struck
  const what = `${call.port}.${call.method}: struck on purpose`
  switch (mode) {
    case 'before':
      throw new CallError('unavailable', what)
    case 'after':
      await proceed()
      throw new CallError('unknown-outcome', what)
    case 'died':
      await proceed().catch(() => undefined)
      die()
      return undefined
    case 'hung':
      return hung(clock, hang, proceed, isMutation(call.method))
    case 'twice':
      await proceed().catch(() => undefined)
      return proceed()
  }
}

/** A change takes effect late; what was read is old when it arrives. */
async function hung(
  clock: Clock,
  ms: number,
  proceed: () => Promise<unknown>,
  isChange: boolean,
): Promise<unknown> {
  if (isChange) {
    await clock.sleep(ms)
    return proceed()
  }
  const answer = proceed()
  answer.catch(() => undefined)
  await clock.sleep(ms)
  return answer
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}
