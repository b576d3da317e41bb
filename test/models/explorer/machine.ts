// A system as a machine to explore: every order in which the calls of all its handlers can take effect is a way through it.
import type { Write } from '../../../shared/ports.ts'
import type { Machine } from './explore.ts'
import { placed } from './places.ts'
import { going, mayGo, preemptionsLeft } from './preemption.ts'
import { type Call, type Handler, type Processes, processes } from './process.ts'
import { type Answered, answerOfStore } from './store-answers.ts'
import type { Process, State, System } from './system.ts'

/** Waits that are shorter take no time. */
const A_MOMENT = 15_000

let shared: Processes = processes()

/** What a handler does may have changed: forget all of them. */
export function forgetProcesses(): void {
  shared = processes()
}

export function machineOf<Outside>(system: System<Outside>): Machine<State<Outside>> {
  return {
    start: { ...system.start, processes: [] },
    key: ({ documents, now, outside, processes: running }) =>
      `${documents.key}|${now}|${JSON.stringify({ ...outside, left: undefined })}|${running
        .map((process) => (process ? process.node.id : '-'))
        .join(',')}`,
    spent: (state) =>
      sum(countsLeft(system.start.outside)) -
      sum(countsLeft(state.outside)) +
      (state.preempted ?? 0),
    spare: (state) => [...countsLeft(state.outside), ...preemptionsLeft(state)],
    moves(state) {
      const steps = stepsOf(system, state)
      const alone = steps.find(({ call }) => system.isAlone?.(call) === true)
      if (alone) return [alone.move]
      const may = steps.filter(({ slot }) => mayGo(system, state, slot))
      return [...may.map(({ move }) => move), ...system.moves(state)]
    },
    onward(state) {
      const [first] = stepsOf(system, state)
      return first?.move ?? system.onward(state)
    },
    invariants: system.invariants,
    isGoal: (state) => state.processes.every((process) => !process) && system.isGoal(state),
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

function countsLeft(outside: unknown): number[] {
  const { left = {} }: { left?: object } = outside ?? {}
  return Object.values(left).map(Number)
}

function stepsOf<Outside>(system: System<Outside>, state: State<Outside>) {
  return state.processes.flatMap((process, slot) =>
    (process?.node.pending ?? [])
      .filter(({ until }) => until === undefined || until - state.now < A_MOMENT)
      .map((call) => ({
        call,
        slot,
        move: {
          label: `${process?.name}: ${textOf(call)}`,
          next: () => step(system, state, slot, call),
        },
      })),
  )
}

function textOf({ port, method, args }: Call): string {
  const [first] = args
  if (port === 'store' && method === 'commit')
    return `commit ${(first as Write[]).map(textOfWrite).join(', ')}`
  return `${port}.${method}${typeof first === 'string' ? ` ${shortOf(first)}` : ''}`
}

const textOfWrite = (write: Write): string =>
  `${write.op} ${shortOf(write.op === 'create' ? write.path : write.from.path)}`

const shortOf = (path: string): string => path.split('/').slice(-2).join('/')

/** Begins a handler in the first place that is free. */
export async function spawn<Outside>(
  state: State<Outside>,
  handler: Handler,
): Promise<State<Outside>> {
  const free = state.processes.indexOf(undefined)
  const slot = free < 0 ? state.processes.length : free
  const node = await shared.begin(handler, state.now, slot + 1)
  return placed(state, slot, { name: handler.name, node, startedAt: state.now })
}

async function step<Outside>(
  system: System<Outside>,
  state: State<Outside>,
  slot: number,
  first: Call,
): Promise<State<Outside>> {
  let after = going(system, state, slot)
  let call: Call | undefined = first
  while (call) {
    const process = after.processes[slot]
    if (!process) return after
    const { answer, ...changed } = answerTo(system, after, process, call)
    const node = await shared.answer(process.node, call, answer, after.now)
    after = placed({ ...after, ...changed }, slot, { ...process, node })
    call = node.pending.find(({ isInside }) => isInside)
  }
  return finished(system, after, slot)
}

/** A handler that has ended goes, unless a change that it gave up waiting for may still come. */
function finished<Outside>(
  system: System<Outside>,
  state: State<Outside>,
  slot: number,
): State<Outside> {
  const process = state.processes[slot]
  if (!process?.node.isDone) return state
  if (process.node.pending.some(({ port }) => port !== 'clock')) return state
  if (process.node.error instanceof Error && process.node.error.name !== 'CallError') {
    throw new Error(`${process.name} has failed`, { cause: process.node.error })
  }
  const outside = system.ended?.(process, state.outside) ?? state.outside
  return placed({ ...state, outside }, slot, undefined)
}

function answerTo<Outside>(
  system: System<Outside>,
  state: State<Outside>,
  process: Process,
  call: Call,
): Answered<Outside> {
  if (call.port === 'store') return answerOfStore(system, state, call)
  if (call.port === 'clock') return { answer: { value: undefined, key: '' } }
  const { outside = state.outside, ...reply } = system.reply(call, state.outside, process)
  if ('error' in reply) return { answer: { error: reply.error, key: reply.error.kind }, outside }
  return { answer: { value: reply.value, key: JSON.stringify(reply.value) ?? '' }, outside }
}

/** A system that begins where another comes to by itself. */
export async function startingAt<Outside>(
  before: System<Outside>,
  system: System<Outside>,
): Promise<System<Outside>> {
  const machine = machineOf(before)
  let state = machine.start
  while (!machine.isGoal(state)) {
    const move = machine.onward(state)
    if (!move) throw new Error('it does not come to where the model is to begin')
    state = await move.next()
  }
  const { documents, now } = state
  const { outside } = system.start
  // What may go wrong and what is asked for are those of the model; the rest is as it has become.
  return { ...system, start: { documents, now, outside: { ...state.outside, ...kept(outside) } } }
}

const kept = (outside: unknown): object => {
  const { left, asks }: { left?: unknown; asks?: unknown } = outside ?? {}
  return { ...(left ? { left } : {}), ...(asks ? { asks } : {}) }
}
