// One run of one scenario: undisturbed, to see what it comes to and which calls it makes; or with one call struck, to see
// that it comes to the same.
import { seededRandom } from '../../infra/local/clock.ts'
import { profile } from '../../infra/local/profile.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { type Loop, startLoop } from '../loop/fixture.ts'
import { type CallWatch, callWatch, type Site } from './call-watch.ts'
import type { Mode } from './mode.ts'
import { LIMIT, type Scenario } from './scenario.ts'
import { type Rules, watchRules } from './rules.ts'
import { watchQuiet } from './until-quiet.ts'
import { difference, identitiesOf, shapeOf } from './whole-shape.ts'

/** What a scenario comes to without faults. */
export interface Undisturbed {
  readonly sites: readonly Site[]
  readonly shape: readonly string[]
  /** Names of what was there before and is there still. */
  readonly kept: readonly string[]
  /** Milliseconds of virtual time that it took. */
  readonly tookMs: number
  /** Calls while all is at rest. */
  readonly quietCalls: number
}

/** Of the cloud: waits are shorter, so that fewer sweeps and looks, which are alike, come in between. */
const SPEED = 4
/** A request is stored by then. */
const TAKEN_IN = seconds(5)
/** A sweep comes in this time, and would show what is still wrong. */
const REST = seconds(75)
/** What hung has taken effect by then, and others have met it. */
const LATE = minutes(5)
/** How often a disturbed run is compared. */
const LOOK = seconds(15)
/** The same end must come about within this time of the fault: what was cut off may have to be found by two audits. */
const PATIENCE = minutes(100)

interface Begun {
  readonly loop: Loop
  readonly watch: CallWatch
  readonly before: ReadonlyMap<string, string>
  /** At rest: which rules were broken, and how. */
  readonly broken: Rules['broken']
}

async function begin(scenario: Scenario): Promise<Begun> {
  const chance = seededRandom(1)
  const quiet = watchQuiet(() => loop.stack)
  const loop: Loop = await startLoop({
    profile: profile({ speed: SPEED, random: chance }),
    hostKnobs: {
      process: quiet.around((name, run) => watch.run(name, loop.stack.world, run)),
    },
    agentProcess: (given, start) => watch.agentProcess(given, start),
  })
  const rules = watchRules(loop, scenario.strangers ?? [])
  const watch = callWatch(loop.clock, (call) => rules.called(call))
  await scenario.begin(loop)
  const broken = async (): Promise<readonly string[]> => [...(await rules.broken()), ...quiet.found]
  return { loop, watch, broken, before: identitiesOf(loop.stack) }
}

export async function undisturbed(scenario: Scenario): Promise<Undisturbed> {
  const { loop, watch, before, broken } = await begin(scenario)
  watch.begin()
  const since = loop.clock.now()
  await scenario.act(loop)
  await loop.clock.advance(scenario.showsAfter ?? TAKEN_IN)
  await loop.clock.until(scenario.name, () => scenario.isOver(loop), LIMIT)
  const sites = watch.sites()
  const tookMs = loop.clock.now() - since
  await loop.clock.advance(REST)
  const wrong = await broken()
  if (wrong.length > 0) throw new Error(`${scenario.name}, undisturbed: ${wrong.join('; ')}`)
  const shape = shapeOf(loop.stack)
  const kept = keptOf(before, loop)
  const quietCalls = await callsAtRest(loop, watch)
  await loop.stop()
  return { sites, shape, kept, tookMs, quietCalls }
}

function keptOf(before: ReadonlyMap<string, string>, { stack }: Loop): string[] {
  const after = identitiesOf(stack)
  return [...before].flatMap(([name, id]) => (after.get(name) === id ? [name] : []))
}

async function callsAtRest({ clock }: Loop, watch: CallWatch): Promise<number> {
  const before = watch.sites().length
  await clock.advance(LATE)
  return watch.sites().length - before
}

export interface Struck {
  /** What is wrong; empty when nothing is. */
  readonly wrong: readonly string[]
  /** From the fault to the end that it should have, in virtual time. */
  readonly recoveryMs: number
  /** The call that the fault struck. */
  readonly struck: Site | undefined
  /** Every call. */
  readonly sites: readonly Site[]
}

export async function struckAt(
  scenario: Scenario,
  usual: Undisturbed,
  nth: number,
  mode: Mode,
): Promise<Struck> {
  const begun = await begin(scenario)
  const { loop, watch } = begun
  watch.begin()
  watch.arm(nth, mode)
  await scenario.act(loop)
  const isStruck = (): boolean => watch.struck() !== undefined
  const limit = usual.tookMs + LATE
  await loop.clock.until('the call', isStruck, limit).catch(() => undefined)
  const since = watch.struck()?.at ?? loop.clock.now()
  const recoveredAt = await sameEnd(
    loop,
    usual,
    since,
    mode === 'hung' || mode === 'late' ? LATE : 0,
  )
  const mayGo = (name: string): boolean =>
    mode === 'hung' && scenario.mayGoMeanwhile?.(name) === true
  const wrong = await wrongIn(begun, usual, mayGo)
  await loop.stop()
  return {
    wrong,
    recoveryMs: recoveredAt - since,
    struck: watch.struck()?.site,
    sites: watch.sites(),
  }
}

/** `mayGo`: which of the things that are usually kept need not be. */
async function wrongIn(
  { loop, before, broken }: Begun,
  usual: Undisturbed,
  mayGo: (name: string) => boolean = () => false,
): Promise<string[]> {
  const still = new Set(keptOf(before, loop))
  const lost = usual.kept.filter((name) => before.has(name) && !still.has(name) && !mayGo(name))
  return [
    ...difference(usual.shape, shapeOf(loop.stack)),
    ...lost.map((name) => `not kept: ${name}`),
    ...(await broken()),
  ]
}

/** Slower than that means that a hint was missed, and the sweep came to help. */
const HASTE = seconds(30)

/** A run without faults, of a code that may be wrong: comes to the same in the same time, and is then as quiet. */
export async function comparedWith(
  scenario: Scenario,
  usual: Undisturbed,
): Promise<readonly string[]> {
  const begun = await begin(scenario)
  const { loop, watch } = begun
  const since = loop.clock.now()
  watch.begin()
  await scenario.act(loop)
  await loop.clock.advance(Math.max(0, since + usual.tookMs + HASTE - loop.clock.now()))
  const late = difference(usual.shape, shapeOf(loop.stack))
  await loop.clock.advance(REST)
  const wrong = await wrongIn(begun, usual)
  const calls = await callsAtRest(loop, watch)
  await loop.stop()
  return [
    ...wrong,
    ...late.map((line) => `late: ${line}`),
    ...(calls > 1.5 * usual.quietCalls + 10
      ? [`${calls} calls at rest, not ${usual.quietCalls}`]
      : []),
  ]
}

/** Moves on until it has come to the usual end and stays there, however late what was struck takes effect. */
async function sameEnd(
  loop: Loop,
  usual: Undisturbed,
  since: number,
  lateBy: number,
): Promise<number> {
  const isThere = (): boolean => difference(usual.shape, shapeOf(loop.stack)).length === 0
  for (;;) {
    while (!isThere() && loop.clock.now() < since + PATIENCE) await loop.clock.advance(LOOK)
    const reachedAt = loop.clock.now()
    if (reachedAt >= since + PATIENCE) return reachedAt
    await loop.clock.advance(Math.max(REST, since + lateBy - reachedAt))
    if (isThere()) return reachedAt
  }
}
