// Exhaustive exploration, breadth first: every state that any order of moves can reach, once. Invariants hold in each, and
// from each a fair schedule must come to the goal. What fails is told with the shortest way there.
import { performance } from 'node:perf_hooks'

export interface Move<State> {
  readonly label: string
  next(): Promise<State>
}

export interface Machine<State> {
  readonly start: State
  /** Equal for states that nothing can tell apart. */
  key(state: State): string
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
  /** Shortest way to it, one move a line. */
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
  readonly from: number
  readonly label: string
  readonly depth: number
}

/** `most`: states after which it gives up, so that a fault in a model ends. */
export async function explore<State>(machine: Machine<State>, most = 1_000_000): Promise<Explored> {
  const before = process.cpuUsage()
  const began = performance.now()
  const seen = new Set<string>([machine.key(machine.start)])
  const ways: { from: number; label: string }[] = [{ from: -1, label: '' }]
  let frontier: (Found<State> & { at: number })[] = [
    { state: machine.start, from: -1, label: '', depth: 0, at: 0 },
  ]
  const good = new Set<string>()
  let moves = 0
  let depth = 0
  let failure: Failure | undefined

  const fail = (
    at: number,
    invariant: string,
    what: string,
    rest: readonly string[] = [],
  ): void => {
    failure = { invariant, what, trace: [...wayTo(ways, at), ...rest] }
  }
  const check = async (state: State, at: number): Promise<boolean> => {
    const broken = brokenBy(machine, state)
    if (broken) {
      fail(at, broken.invariant, broken.what)
      return false
    }
    const stuck = await follow(machine, state, good)
    if (stuck)
      fail(at, stuck.invariant, stuck.what, ['-- left alone, it goes on:', ...stuck.labels])
    return !stuck
  }

  walk: while (frontier.length > 0 && seen.size <= most) {
    const next: typeof frontier = []
    for (const { state, at, depth: deep } of frontier) {
      depth = deep
      if (!(await check(state, at))) break walk
      for (const move of machine.moves(state)) {
        moves++
        const reached = await move.next()
        const key = machine.key(reached)
        if (seen.has(key)) continue
        seen.add(key)
        ways.push({ from: at, label: move.label })
        const found = { state: reached, from: at, label: move.label, depth: deep + 1 }
        next.push({ ...found, at: ways.length - 1 })
      }
    }
    frontier = next
  }
  const { user, system } = process.cpuUsage(before)
  const cpuMs = Math.min((user + system) / 1000, performance.now() - began)
  return {
    states: seen.size,
    moves,
    onward: [...good].filter((key) => !seen.has(key)).length,
    depth,
    isComplete: frontier.length === 0,
    cpuMs: Math.round(cpuMs),
    ...(failure ? { failure } : {}),
  }
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
    const key = machine.key(state)
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

function wayTo(ways: readonly { from: number; label: string }[], at: number): string[] {
  const labels: string[] = []
  for (let here = ways[at]; here && here.from >= 0; here = ways[here.from]) labels.push(here.label)
  return labels.toReversed()
}
