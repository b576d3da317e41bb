// What may happen to any system: attempts are delivered, late, twice or never; processes die; time passes; the sweep comes.
// How often things go wrong is counted down, so that exploration ends; the fair schedule needs none of it.
import * as stepDue from '../../functions/step-due/handler.ts'
import * as sweep from '../../functions/sweep/handler.ts'
import { EFFECT_WINDOW } from '../../shared/domain/protocol-times.ts'
import { seconds } from '../../shared/domain/time.ts'
import type { Call, Handler } from './explorer/process.ts'
import type { Move } from './explorer/explore.ts'
import { spawn } from './explorer/machine.ts'
import { isRunning, kill } from './explorer/places.ts'
import type { State } from './explorer/system.ts'

export interface Happenings {
  /** Paths of attempts whose event is on its way. */
  readonly events: readonly string[]
  /** Names of what is yet to be asked for, one after the other; who dies over it is asked again. */
  readonly asks?: readonly string[]
  /** How often each may still happen. */
  readonly left: {
    /** An event that nobody ever hears of. */
    readonly loss?: number
    /** An event that comes again. */
    readonly repeat?: number
    readonly crash?: number
    /** A minute passes. */
    readonly minute?: number
    readonly sweep?: number
    /** Handlers at once. */
    readonly running: number
    /** How often one of them is left standing for another; any number, unless said. */
    readonly preemption?: number
    /** A process may stand still past every horizon, and go on; what passes then is minutes. */
    readonly isFrozenForEver?: true
  }
}

const MINUTE = seconds(60)

export const sweeping: Handler = { name: 'sweep', run: (world) => sweep.handle(world) }

const idOf = (path: string): string => path.split('/').at(-1) ?? ''

function delivery(path: string): Handler {
  const type = 'google.cloud.firestore.document.v1.created' as const
  return {
    name: `step-due ${idOf(path)}`,
    run: (world) => stepDue.handle(world, { type, path } as Parameters<typeof stepDue.handle>[1]),
  }
}

export function eventsOf<Outside extends Happenings>(
  paths: readonly string[],
  outside: Outside,
): Outside {
  const attempts = paths.filter((path) => path.includes('/attempts/'))
  if (attempts.length === 0) return outside
  return { ...outside, events: [...outside.events, ...attempts].toSorted() }
}

type Left = Exclude<keyof Happenings['left'], 'isFrozenForEver' | 'preemption'>

function spend<Outside extends Happenings>(state: State<Outside>, what: Left): State<Outside> {
  const left = { ...state.outside.left, [what]: (state.outside.left[what] ?? 0) - 1 }
  return { ...state, outside: { ...state.outside, left } }
}

const may = ({ outside }: State<Happenings>, what: Left): boolean => (outside.left[what] ?? 0) > 0

function without<Outside extends Happenings>(state: State<Outside>, event: string): State<Outside> {
  const events = state.outside.events.filter((other) => other !== event)
  return { ...state, outside: { ...state.outside, events } }
}

const runningIn = ({ processes }: State<Happenings>): number =>
  processes.filter((process) => process !== undefined).length

/** A minute, for everybody; who has run for longer than a claim's horizon is ended by the platform. */
export function later<Outside extends Happenings>(state: State<Outside>): State<Outside> {
  const now = state.now + (state.outside.left.isFrozenForEver ? EFFECT_WINDOW + MINUTE : MINUTE)
  const old = state.processes.flatMap((process, slot) =>
    process && now >= process.startedAt + EFFECT_WINDOW && !state.outside.left.isFrozenForEver
      ? [slot]
      : [],
  )
  return { ...old.reduce((left, slot) => kill(left, slot), state), now }
}

export function boundsText({ running, isFrozenForEver, ...left }: Happenings['left']): string {
  const counts = Object.entries(left).map(([what, count]) => `${what} ${count}`)
  const frozen = isFrozenForEver ? ['frozen for as long as they like'] : []
  return [...counts, `${running} at once`, ...frozen].join(', ')
}

/** For the larger bounds of `npm run test:long`. */
export const isLarge = process.env['MODELS'] === 'large'

export type Asks = readonly Handler[]

function asking<Outside extends Happenings>(
  state: State<Outside>,
  asks: Asks,
): Move<State<Outside>> | undefined {
  const [name, ...rest] = state.outside.asks ?? []
  const ask = asks.find((one) => one.name === name)
  if (!ask || asks.some((one) => isRunning(state, one.name))) return undefined
  const outside = { ...state.outside, asks: rest }
  return { label: `begins ${ask.name}`, next: () => spawn({ ...state, outside }, ask) }
}

function dies<Outside extends Happenings>(
  state: State<Outside>,
  slot: number,
  name: string,
  asks: Asks,
): State<Outside> {
  const gone = spend(kill(state, slot), 'crash')
  if (!asks.some((ask) => ask.name === name)) return gone
  return { ...gone, outside: { ...gone.outside, asks: [name, ...(gone.outside.asks ?? [])] } }
}

export function happenings<Outside extends Happenings>(
  state: State<Outside>,
  asks: Asks = [],
): Move<State<Outside>>[] {
  const moves: Move<State<Outside>>[] = []
  const add = (label: string, next: () => State<Outside> | Promise<State<Outside>>): void => {
    moves.push({ label, next: async () => next() })
  }
  const hasRoom = runningIn(state) < state.outside.left.running
  for (const event of state.outside.events) {
    const run = delivery(event)
    if (hasRoom) add(`begins ${run.name}`, () => spawn(without(state, event), run))
    if (hasRoom && may(state, 'repeat'))
      add(`begins ${run.name}, whose event will come again`, () =>
        spawn(spend(state, 'repeat'), run),
      )
    if (may(state, 'loss'))
      add(`the event ${idOf(event)} is lost`, () => spend(without(state, event), 'loss'))
  }
  if (may(state, 'crash')) {
    for (const [slot, process] of state.processes.entries()) {
      if (process) add(`${process.name} dies`, () => dies(state, slot, process.name, asks))
    }
  }
  const ask = hasRoom && asking(state, asks)
  if (ask) moves.push(ask)
  if (hasRoom && may(state, 'sweep') && !isRunning(state, 'sweep'))
    add('begins sweep', () => spawn(spend(state, 'sweep'), sweeping))
  if (may(state, 'minute')) add('a minute passes', () => spend(later(state), 'minute'))
  return moves
}

/** When no handler runs: what is on its way arrives, operations end; else a minute passes and the sweep comes. */
export function onward<Outside extends Happenings>(
  state: State<Outside>,
  others: readonly Move<State<Outside>>[] = [],
  asks: Asks = [],
): Move<State<Outside>> {
  const ask = asking(state, asks)
  if (ask) return ask
  const [event] = state.outside.events
  if (event !== undefined) {
    const run = delivery(event)
    return { label: `begins ${run.name}`, next: () => spawn(without(state, event), run) }
  }
  const [other] = others
  if (other) return other
  return {
    label: 'a minute passes, and the sweep begins',
    next: () => spawn(later(state), sweeping),
  }
}

/** Questions of a sweep that only things could answer which the model does not have: nobody can come before them. */
export function isForOthers(
  entity: string,
  content: Readonly<Record<string, object>>,
): (call: Call) => boolean {
  const run: object = content[`${entity}/runs/1`] ?? {}
  const shard: unknown = Reflect.get(run, 'shard')
  return ({ method, args: [query] }) => {
    if (method !== 'find' || typeof query !== 'object' || query === null) return false
    const find: unknown = Reflect.get(query, 'find')
    return find !== 'runs-due' || Reflect.get(query, 'shard') !== shard
  }
}
