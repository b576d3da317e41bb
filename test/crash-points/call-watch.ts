// Every call that functions and agents make of a port, in order, and one fault at one of them. A call is known by its number since
// `begin`: up to the fault, two runs of one scenario are alike to the letter, so the number names the very same call.
import { type FunctionName, manifest } from '../../functions/manifest.ts'
import { CallError } from '../../shared/call-error.ts'
import { seconds } from '../../shared/domain/time.ts'
import type { AgentProcess } from '../../infra/local/stack/agent-pods.ts'
import type { Clock, World } from '../../shared/ports.ts'
import { aroundWorld, type Call, type Hook } from '../../shared/around.ts'
import { limitCalls } from '../../shared/runtime/call-limits.ts'
import { mortalAgents } from './agent-process.ts'
import { targetOf } from './call-target.ts'
import { type Mode, modesOf } from './mode.ts'
import { never, type Process, startProcess } from './process.ts'
import { strike } from './strike.ts'

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
  /** For the functions host: runs one invocation in a process of its own, until it ends, dies, or its time is up. */
  run(name: FunctionName, world: World, invocation: (own: World) => Promise<void>): Promise<void>
  /** For the data plane: runs an agent in processes that die, hang and are replaced. */
  readonly agentProcess: AgentProcess
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

/** Steps limit their calls themselves, and nobody gives up on the store. */
const unlimited: Hook = (_call, proceed) => proceed()

/** `done`: told of every call that takes effect, when it begins to. */
export function callWatch(clock: Clock, done: (call: Call) => void): CallWatch {
  const sites: Site[] = []
  let isCounting = false
  let armed: { readonly nth: number; readonly mode: Mode } | undefined
  let struck: ReturnType<CallWatch['struck']>

  function note(name: string, call: Call): Site {
    const { port, method } = call
    const text = `${name}: ${port}.${method} ${targetOf(call)}`.trimEnd()
    const nth = sites.length + 1
    const site = { nth, call: `${port}.${method}`, modes: modesOf(call), text }
    sites.push(site)
    return site
  }

  /** `within`: how long the client waits for the call that is struck. */
  function hookOf(name: string, process: Process, hang: number, within: Hook): Hook {
    return (call, begin) => {
      if (process.isDead()) return never()
      const proceed = (): Promise<unknown> => {
        done(call)
        return begin()
      }
      if (!isCounting) return process.hears(proceed())
      const site = note(name, call)
      if (armed?.nth !== site.nth) return process.hears(proceed())
      struck = { site, at: clock.now() }
      const { mode } = armed
      const answer = within(call, () => strike(mode, { call, proceed, process, clock, hang }))
      return process.hears(answer)
    }
  }

  return {
    async run(name, world, invocation) {
      const process = startProcess(clock)
      const hang = Math.min(seconds(manifest[name].timeoutS) - REST, LATEST)
      const own = {
        ...aroundWorld(world, hookOf(name, process, hang, unlimited)),
        clock: process.clock,
      }
      const ended = new AbortController()
      // By the platform's clock: that of a process may stand still.
      const late = clock.sleep(seconds(manifest[name].timeoutS), ended.signal).then(() => {
        throw new CallError('closed', `${name}: its time is up`)
      })
      late.catch(() => undefined)
      try {
        await Promise.race([invocation(own), process.death, late])
      } finally {
        ended.abort(new Error('the invocation has ended'))
      }
    },
    agentProcess: mortalAgents(clock, (process) =>
      hookOf('agent', process, LATEST, (call, proceed) =>
        limitCalls(process.clock, clock.now())(call, proceed),
      ),
    ),
    begin() {
      sites.length = 0
      isCounting = true
    },
    sites: () => [...sites],
    arm: (nth, mode) => void (armed = { nth, mode }),
    struck: () => struck,
  }
}
