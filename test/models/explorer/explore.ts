// Exhaustive exploration: every state that any order of moves can reach, those first in which least has gone wrong. Invariants
// hold in each, and from each a fair schedule must come to the goal. What fails is told with the way there.
import { performance } from 'node:perf_hooks'
import { Seen, short, type Spare } from './seen.ts'

export interface Move<State> {
  readonly label: string
  next(): Promise<State>
}

export interface Machine<State> {
  readonly start: State
  /** Equal for states that nothing can tell apart but how much may still go wrong. */
  key(state: State): string
  spare(state: State): Spare
  /** How much has gone wrong. */
  spent(state: State): number
  /** Everything that may happen next. */
  moves(state: State): readonly Move<State>[]
  /** By name: what is wrong with a state, if anything is. */
  readonly invariants: Readonly<Record<string, (state: State) => string | undefined>>
  /** What happens next when nothing goes wrong any more; undefined when nothing happens by itself. */
  onward(state: State): Move<State> | undefined
  isGoal(state: State): boolean
}

export interface Failure {
  /** The invariant that does not hold, or `goal`: a state from which it is not reached. */
  readonly invariant: string
  readonly what: string
  /** The way to it, one move a line: none on which less goes wrong, and of those the shortest. */
  readonly trace: readonly string[]
}

export interface Explored {
  readonly states: number
  readonly moves: number
  /** States met only on the way from an explored one to the goal. */
  readonly onward: number
  /** Moves of the longest way that is not longer than need be. */
  readonly depth: number
  /** Every state within the bounds was met. */
  readonly isComplete: boolean
  readonly cpuMs: number
  readonly failure?: Failure
}

/** A fair schedule of so many moves without the goal never gets there. */
const PATIENCE = 3000

interface Found<State> {
  readonly state: State
  readonly key: string
  readonly spare: Spare
  /** Of the move that led to it. */
  readonly at: number
  readonly depth: number
}

/** `most`: states after which it gives up, so that a fault in a model ends. */
export async function explore<State>(machine: Machine<State>, most = 1_000_000): Promise<Explored> {
  const before = process.cpuUsage()
  const began = performance.now()
  const seen = new Seen()
  const good = new Set<string>()
  const ways: Way[] = []
  const frontiers: Found<State>[][] = []
  const found = { moves: 0, depth: 0 }
  const meet = (state: State, way: Way, depth: number): void => {
    const [key, spare] = [short(machine.key(state)), machine.spare(state)]
    if (!seen.add(key, spare)) return
    const at = ways.push(way) - 1
    const frontier = (frontiers[machine.spent(state)] ??= [])
    frontier.push({ state, key, spare, at, depth })
  }
  const explored = (isComplete: boolean, failure?: Failure): Explored => {
    const { user, system } = process.cpuUsage(before)
    const cpuMs = Math.min((user + system) / 1000, performance.now() - began)
    const onward = [...good].filter((key) => !seen.has(key)).length
    const states = { states: seen.size, ...found, onward, isComplete, cpuMs: Math.round(cpuMs) }
    return { ...states, ...(failure ? { failure } : {}) }
  }

  meet(machine.start, { from: -1, label: '' }, 0)
  for (let frontier = next(frontiers); frontier; frontier = next(frontiers)) {
    for (const { state, key, spare, at, depth } of frontier) {
      if (seen.size > most) return explored(false)
      if (!seen.isNewest(key, spare)) continue
      found.depth = Math.max(found.depth, depth)
      const failure = await failureIn(machine, state, wayTo(ways, at), good)
      if (failure) return explored(false, failure)
      for (const move of machine.moves(state)) {
        found.moves++
        meet(await move.next(), { from: at, label: move.label }, depth + 1)
      }
    }
  }
  return explored(true)
}

/** Takes those out in which least has gone wrong. */
function next<State>(frontiers: Found<State>[][]): Found<State>[] | undefined {
  const spent = frontiers.findIndex((frontier) => frontier && frontier.length > 0)
  return spent < 0 ? undefined : frontiers.splice(spent, 1, [])[0]
}

async function failureIn<State>(
  machine: Machine<State>,
  state: State,
  way: () => string[],
  good: Set<string>,
): Promise<Failure | undefined> {
  const broken = brokenBy(machine, state)
  if (broken) return { ...broken, trace: way() }
  const stuck = await follow(machine, state, good)
  if (!stuck) return undefined
  const { labels, ...what } = stuck
  return { ...what, trace: [...way(), '-- left alone, it goes on:', ...labels] }
}

function brokenBy<State>(machine: Machine<State>, state: State) {
  for (const [invariant, holds] of Object.entries(machine.invariants)) {
    const what = holds(state)
    if (what !== undefined) return { invariant, what }
  }
  return undefined
}

interface Stuck {
  readonly invariant: string
  readonly what: string
  readonly labels: readonly string[]
}

/** Lets a state go on by the fair schedule; nothing when that comes to the goal. `good`: states that are known to. */
async function follow<State>(
  machine: Machine<State>,
  from: State,
  good: Set<string>,
): Promise<Stuck | undefined> {
  const passed: string[] = []
  const labels: string[] = []
  let state = from
  for (let patience = PATIENCE; patience > 0; patience--) {
    const key = short(machine.key(state))
    if (good.has(key)) break
    passed.push(key)
    const broken = patience === PATIENCE ? undefined : brokenBy(machine, state)
    if (broken) return { ...broken, labels }
    if (machine.isGoal(state)) break
    const move = machine.onward(state)
    if (!move) return { invariant: 'goal', what: 'nothing happens any more', labels }
    labels.push(move.label)
    state = await move.next()
    if (patience === 1) {
      return {
        invariant: 'goal',
        what: `not reached in ${PATIENCE} moves`,
        labels: labels.slice(0, 60),
      }
    }
  }
  for (const key of passed) good.add(key)
  return undefined
}

/** A move, and the one before it. */
interface Way {
  readonly from: number
  readonly label: string
}

const wayTo = (ways: readonly Way[], at: number) => (): string[] => {
  const labels: string[] = []
  for (let here = ways[at]; here && here.from >= 0; here = ways[here.from]) labels.push(here.label)
  return labels.toReversed()
}
