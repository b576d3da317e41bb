// Agents as processes: one that dies is started again in its pod, as the kubelet does; one that stands still is missed, another
// takes its place, and it goes on beside that one for a while.
import type { AgentProcess, AgentSurroundings } from '../../infra/local/stack/agent-pods.ts'
import { seconds } from '../../shared/domain/time.ts'
import type { Clock, Kubernetes } from '../../shared/ports.ts'
import { around, type Hook } from '../../shared/around.ts'
import { type Process, startProcess } from './process.ts'

const STARTED_AGAIN = seconds(10)
const MISSED = seconds(30)
/** Its node has come back, and is told to end it. */
const LINGERS = seconds(60)

type Started = ReturnType<Parameters<AgentProcess>[1]>

interface Running {
  readonly agent: Started
  readonly process: Process
}

/** `hookOf`: what befalls the calls of a process. */
export function mortalAgents(clock: Clock, hookOf: (process: Process) => Hook): AgentProcess {
  return (given, start) => {
    const running: Running[] = []
    const replaced = new Set<Process>()
    let isStopped = false

    function begin(identity: string): void {
      if (isStopped) return
      const process = startProcess(clock)
      const hook = watched(process, hookOf(process), () => void replace(process, identity))
      const agent = start(surroundings({ ...given, identity }, process, hook))
      running.push({ agent, process })
      process.death.catch(async () => {
        await clock.sleep(STARTED_AGAIN)
        if (!replaced.has(process)) begin(identity)
      })
    }

    async function replace(process: Process, identity: string): Promise<void> {
      replaced.add(process)
      await clock.sleep(MISSED)
      begin(`${identity}-elsewhere`)
      while (process.isStill()) await clock.sleep(LINGERS)
      process.die()
    }

    const newest = (): Started => {
      const last = running.at(-1)
      if (!last) throw new Error('no agent runs')
      return last.agent
    }
    begin(given.identity)
    return {
      isReady: () => newest().isReady(),
      admit: (namespace) => newest().admit(namespace),
      async stop() {
        isStopped = true
        const able = running.filter(({ process }) => !process.isDead() && !process.isStill())
        for (const { process } of running) if (process.isStill()) process.die()
        await Promise.all(able.map(({ agent }) => agent.stop()))
      },
    }
  }
}

function watched(process: Process, hook: Hook, stoodStill: () => void): Hook {
  return (call, proceed) => {
    const wasStill = process.isStill()
    const answer = hook(call, proceed)
    if (!wasStill && process.isStill()) stoodStill()
    return answer
  }
}

function surroundings(
  { kubernetes, bus, activity, identity }: AgentSurroundings,
  process: Process,
  hook: Hook,
): AgentSurroundings {
  return {
    identity,
    clock: process.clock,
    bus: around('bus', bus, hook),
    kubernetes: {
      ...around('kubernetes', kubernetes, hook),
      watch: (kind, options) => heard(kubernetes, kind, options, process, hook),
    },
    activity: async (namespace) => {
      const call = { port: 'driver', method: 'get', args: [namespace] }
      // What the hook answers is what the call came to.
      return (await hook(call, () => activity(namespace))) as Awaited<ReturnType<typeof activity>>
    },
  }
}

type Watch = Kubernetes['watch']

async function* heard(
  kubernetes: Kubernetes,
  kind: Parameters<Watch>[0],
  options: Parameters<Watch>[1],
  process: Process,
  hook: Hook,
): ReturnType<Watch> {
  await hook({ port: 'kubernetes', method: 'watch', args: [kind] }, async () => undefined)
  const events = kubernetes.watch(kind, options)[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = (await process.hears(events.next())) as IteratorResult<never, unknown>
      if (next.done) return
      yield next.value
    }
  } finally {
    await events.return?.()
  }
}
