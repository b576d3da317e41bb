// A whole system as a machine to explore: documents, the outside, and handlers that are each stopped at a call of a port.
// Every order in which the calls of all handlers can take effect is a way through it; models add what else may happen.
import type { CallError } from '../../../shared/call-error.ts'
import type { Query, Write } from '../../../shared/ports.ts'
import { documentAt, type Documents, documentsIn, find, written } from './documents.ts'
import type { Machine, Move } from './explore.ts'
import {
  type Answer,
  type Call,
  type Handler,
  type Node,
  type Processes,
  processes,
} from './process.ts'
import type { Commit } from './world-of-calls.ts'

export interface Process {
  readonly name: string
  readonly node: Node
  readonly startedAt: number
}

export interface State<Outside> {
  readonly documents: Documents
  /** Of the store and of every process. */
  readonly now: number
  /** Whatever else a model keeps: the cloud, what is on its way, how often things may still go wrong. JSON. */
  readonly outside: Outside
  readonly processes: readonly (Process | undefined)[]
  /** Whose call was the last to take effect, and how often a handler was left standing for another. */
  readonly last?: number
  readonly preempted?: number
}

/** What the outside answers to a call, and what becomes of it. */
export type Reply<Outside> =
  | { readonly value: unknown; readonly outside?: Outside }
  | { readonly error: CallError; readonly outside?: Outside }

export interface System<Outside> {
  readonly start: Omit<State<Outside>, 'processes'>
  /** Calls of ports other than the store. */
  reply(call: Call, outside: Outside, process: Process): Reply<Outside>
  /** Looked at, not written, by the next call of a handler: nothing is gained by letting others come before it. */
  isAlone?(call: Call): boolean
  /** Documents that the model does not keep, though they are written. */
  forgets?(path: string): boolean
  /** How often a handler may be left standing for another; as often as can be, unless said. */
  readonly preemptions?: number | undefined
  /** What else may happen. */
  moves(state: State<Outside>): readonly Move<State<Outside>>[]
  /** What happens next by itself when no handler runs. */
  onward(state: State<Outside>): Move<State<Outside>> | undefined
  readonly invariants: Machine<State<Outside>>['invariants']
  isGoal(state: State<Outside>): boolean
  /** Told of documents that were created: by triggers. */
  created?(paths: readonly string[], outside: Outside): Outside
  /** Told of how a handler ended. */
  ended?(process: Process, outside: Outside): Outside
}

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

/** Places of handlers that are told apart by who went last. */
const PLACES = 4

/** After a move of each place, how often one may have been left standing: who went last goes on for nothing. */
function preemptionsLeft<Outside>(state: State<Outside>): number[] {
  const before = state.preempted ?? 0
  return Array.from(
    { length: PLACES },
    (_, slot) => -before - (leavesStanding(state, slot) ? 1 : 0),
  )
}

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

const leavesStanding = <Outside>({ last, processes }: State<Outside>, slot: number): boolean =>
  last !== undefined && last !== slot && processes[last] !== undefined

function mayGo<Outside>(
  { preemptions = Infinity }: System<Outside>,
  state: State<Outside>,
  slot: number,
): boolean {
  return !leavesStanding(state, slot) || (state.preempted ?? 0) < preemptions
}

/** Counted only where there is a bound: else who went last makes no difference. */
function going<Outside>(
  { preemptions }: System<Outside>,
  state: State<Outside>,
  slot: number,
): State<Outside> {
  if (preemptions === undefined) return state
  const preempted = (state.preempted ?? 0) + (leavesStanding(state, slot) ? 1 : 0)
  return { ...state, last: slot, preempted }
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

// --- Moves that models are made of ------------------------------------------------------------------------------------

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

/** The process is no more, whatever it was about to do. */
export function kill<Outside>(state: State<Outside>, slot: number): State<Outside> {
  return placed(state, slot, undefined)
}

export function isRunning<Outside>(state: State<Outside>, name?: string): boolean {
  return state.processes.some((process) => process && (!name || process.name.startsWith(name)))
}

function placed<Outside>(
  state: State<Outside>,
  slot: number,
  process: Process | undefined,
): State<Outside> {
  const running = [...state.processes]
  running[slot] = process
  while (running.length > 0 && !running.at(-1)) running.pop()
  if (process || state.last !== slot) return { ...state, processes: running }
  const { last: _, ...others } = state
  return { ...others, processes: running }
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

interface Answered<Outside> {
  readonly answer: Answer
  readonly documents?: Documents
  readonly outside?: Outside
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

function answerOfStore<Outside>(
  system: System<Outside>,
  state: State<Outside>,
  { method, args }: Call,
): Answered<Outside> {
  const { documents, now } = state
  // Arguments are those of the Store port, as `storeOfCalls` hands them on.
  switch (method) {
    case 'get': {
      const document = documentAt(documents, args[0] as string)
      return { answer: { value: document, key: document?.version ? keyOf([document]) : '-' } }
    }
    case 'list': {
      const { limit } = args[1] as { limit?: number }
      const found = documentsIn(documents, args[0] as string, limit)
      return { answer: { value: found, key: keyOf(found) } }
    }
    case 'find': {
      const found = find(documents, args[0] as Query)
      return { answer: { value: found, key: keyOf(found) } }
    }
    case 'snapshot':
    case 'transaction':
      return { answer: { value: now, key: '' } }
    case 'commit':
      return answerToCommit(system, state, args[0] as readonly Write[])
    case 'end': {
      const { writes, read } = args[0] as Commit
      const isAsRead = read.every(
        ([path, version]) => documentAt(documents, path)?.version === version,
      )
      if (!isAsRead) return { answer: { value: 'again', key: 'again' } }
      const { answer, ...changed } = answerToCommit(system, state, writes)
      if ('value' in answer && answer.value === true)
        return { answer: { value: 'stored', key: 'stored' }, ...changed }
      const isTaken = writes.some(
        (write) => write.op === 'create' && documentAt(documents, write.path),
      )
      const value = isTaken ? 'exists' : 'conflict'
      return { answer: { value, key: value } }
    }
    default:
      throw new Error(`the store has no "${method}"`)
  }
}

const ids = new WeakMap<object, number>()
let newest = 0

/** Documents are kept once, so that a number stands for each. */
function keyOf(found: readonly object[]): string {
  return found
    .map((document) => {
      const id = ids.get(document) ?? ++newest
      ids.set(document, id)
      return id
    })
    .join(',')
}

function answerToCommit<Outside>(
  system: System<Outside>,
  state: State<Outside>,
  writes: readonly Write[],
): Answered<Outside> {
  const kept = writes.filter(
    (write) => !system.forgets?.(write.op === 'create' ? write.path : write.from.path),
  )
  const after = written(state.documents, kept)
  if (!after) return { answer: { value: false, key: 'refused' } }
  const created = kept.flatMap((write) => (write.op === 'create' ? [write.path] : []))
  const outside = system.created?.(created, state.outside) ?? state.outside
  return { answer: { value: true, key: 'stored' }, documents: after, outside }
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
