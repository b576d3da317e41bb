// A handler as a machine: what it does next follows from what its calls were answered, so the answers are its state. It is
// run for real, stopped at every call of a port, and run again from its beginning where another answer is to be tried.
import type { Clock, World } from '../../../shared/ports.ts'
import { worldOfCalls } from './world-of-calls.ts'

export interface Call {
  readonly id: number
  readonly port: string
  readonly method: string
  readonly args: readonly unknown[]
  /** Part of the transaction or snapshot that was opened: nothing comes between. */
  readonly isInside: boolean
  /** Of a sleep: when it ends. */
  readonly until?: number
}

export type Answer =
  | { readonly value: unknown; readonly key: string }
  | { readonly error: Error; readonly key: string }

/** Where a handler stands. */
export interface Node {
  readonly id: number
  /** Calls that were made and not answered yet. */
  readonly pending: readonly Call[]
  readonly isDone: boolean
  readonly value?: unknown
  readonly error?: unknown
}

export interface Handler {
  readonly name: string
  run(world: World): Promise<unknown>
}

export interface Processes {
  begin(handler: Handler, now: number, chance: number): Promise<Node>
  answer(node: Node, call: Call, answer: Answer, now: number): Promise<Node>
}

interface Inner extends Node {
  readonly children: Map<string, Inner>
  readonly handler: Handler
  readonly chance: number
  readonly startedAt: number
  readonly from?: {
    readonly node: Inner
    readonly call: number
    readonly answer: Answer
    readonly now: number
  }
  live: Live | undefined
}

/** The running handler, somewhere on its way. */
interface Live {
  now: number
  readonly calls: Map<number, { readonly call: Call; readonly settle: (answer: Answer) => void }>
  done?: { readonly value: unknown } | { readonly error: unknown }
}

async function start(handler: Handler, now: number, chance: number): Promise<Live> {
  const live: Live = { now, calls: new Map() }
  const world = worldOfCalls(callsOf(live), clockOf(live, chance))
  handler.run(world).then(
    (value) => (live.done = { value }),
    (error: unknown) => (live.done = { error }),
  )
  await settled()
  return live
}

export function processes(): Processes {
  const roots = new Map<string, Inner>()
  let nodes = 0

  const nodeOf = (
    live: Live,
    of: Pick<Inner, 'handler' | 'chance' | 'startedAt' | 'from'>,
  ): Inner => {
    const { done } = live
    return {
      ...of,
      id: nodes++,
      pending: Array.from(live.calls.values(), ({ call }) => call),
      isDone: done !== undefined,
      ...done,
      children: new Map(),
      live,
    }
  }

  async function liveAt(node: Inner): Promise<Live> {
    if (node.live) {
      const { live } = node
      node.live = undefined
      return live
    }
    const steps: NonNullable<Inner['from']>[] = []
    for (let here: Inner | undefined = node; here?.from; here = here.from.node)
      steps.push(here.from)
    const live = await start(node.handler, node.startedAt, node.chance)
    for (const { call, answer, now } of steps.toReversed()) await go(live, call, answer, now)
    return live
  }

  return {
    async begin(handler, now, chance) {
      const key = `${handler.name} ${now} ${chance}`
      const known = roots.get(key)
      if (known) return known
      const live = await start(handler, now, chance)
      const root = nodeOf(live, { handler, chance, startedAt: now })
      roots.set(key, root)
      return root
    },
    async answer(at, call, answer, now) {
      // Nodes are made here alone.
      const node = at as Inner
      const key = `${call.id} ${now} ${answer.key}`
      const known = node.children.get(key)
      if (known) return known
      const live = await liveAt(node)
      await go(live, call.id, answer, now)
      const { handler, chance, startedAt } = node
      const from = { node, call: call.id, answer, now }
      const child = nodeOf(live, { handler, chance, startedAt, from })
      node.children.set(key, child)
      return child
    },
  }
}

/** Handlers are promises only, so one turn of the event loop brings them to their next calls. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function go(live: Live, id: number, answer: Answer, now: number): Promise<void> {
  live.now = now
  const call = live.calls.get(id)
  if (!call) throw new Error(`a handler is not the same when run again: it made no call ${id}`)
  live.calls.delete(id)
  call.settle(answer)
  await settled()
}

export type MakeCall = (
  call: Omit<Call, 'id' | 'isInside'> & {
    readonly isInside?: boolean
    readonly signal?: AbortSignal
  },
) => Promise<unknown>

function callsOf(live: Live): MakeCall {
  let made = 0
  return ({ signal, isInside = false, ...call }) =>
    new Promise((resolve, reject) => {
      const id = made++
      const abort = (): void => {
        live.calls.delete(id)
        reject(signal?.reason as Error)
      }
      if (signal?.aborted) return abort()
      signal?.addEventListener('abort', abort, { once: true })
      const settle = (answer: Answer): void => {
        signal?.removeEventListener('abort', abort)
        if ('error' in answer) reject(answer.error)
        else resolve(answer.value)
      }
      live.calls.set(id, { call: { ...call, id, isInside }, settle })
    })
}

/** `chance` tells one process from another, and nothing else: waits are alike. */
function clockOf(live: Live, chance: number): Pick<Clock, 'now' | 'random'> {
  let drawn = 0
  return { now: () => live.now, random: () => 0.5 + chance * 1e-6 + drawn++ * 1e-9 }
}
