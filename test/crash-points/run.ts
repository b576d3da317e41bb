// One run of one scenario: undisturbed, to see what it comes to and which calls it makes; or with one call struck, to see
// that it comes to the same.
import { seededRandom } from '../../infra/local/clock.ts'
import { profile } from '../../infra/local/profile.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { type Loop, startLoop } from '../loop/fixture.ts'
import { type CallWatch, callWatch, type Site } from './call-watch.ts'
import type { Mode } from './mode.ts'
import { LIMIT, type Scenario } from './scenario.ts'
import { watchRules } from './rules.ts'
import { difference, identitiesOf, shapeOf } from './whole-shape.ts'

/** What a scenario comes to without faults. */
export interface Undisturbed {
  readonly sites: readonly Site[]
  readonly shape: readonly string[]
  /** What was there before and is there still. */
  readonly kept: readonly string[]
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
  readonly before: readonly string[]
  /** Rules of the simulation that were broken. */
  readonly broken: () => Promise<readonly string[]>
}

async function begin(scenario: Scenario): Promise<Begun> {
  const chance = seededRandom(1)
  const loop: Loop = await startLoop({
    profile: profile({ speed: SPEED, random: chance }),
    hostKnobs: {
      process: (name, run) => run(watch.worldOf(name, loop.stack.world)),
    },
  })
  const watch = callWatch(loop.clock)
  const broken = watchRules(loop.stack)
  await scenario.begin(loop)
  return { loop, watch, broken, before: identitiesOf(loop.stack) }
}

export async function undisturbed(scenario: Scenario): Promise<Undisturbed> {
  const { loop, watch, before, broken } = await begin(scenario)
  watch.begin()
  await scenario.act(loop)
  await loop.clock.advance(scenario.showsAfter ?? TAKEN_IN)
  await loop.clock.until(scenario.name, () => scenario.isOver(loop), LIMIT)
  const sites = watch.sites()
  await loop.clock.advance(REST)
  const wrong = await broken()
  if (wrong.length > 0) throw new Error(`${scenario.name}, undisturbed: ${wrong.join('; ')}`)
  const after = new Set(identitiesOf(loop.stack))
  const shape = shapeOf(loop.stack)
  await loop.stop()
  return { sites, shape, kept: before.filter((line) => after.has(line)) }
}

export interface Struck {
  /** What is wrong; empty when nothing is. */
  readonly wrong: readonly string[]
  /** From the fault to the end that it should have, in virtual time. */
  readonly recoveryMs: number
  /** Every call, for people. */
  readonly calls: readonly string[]
}

export async function struckAt(
  scenario: Scenario,
  usual: Undisturbed,
  nth: number,
  mode: Mode,
): Promise<Struck> {
  const { loop, watch, broken } = await begin(scenario)
  watch.begin()
  watch.arm(nth, mode)
  await scenario.act(loop)
  const isStruck = (): boolean => watch.struck() !== undefined
  await loop.clock.until('the call', isStruck, LIMIT).catch(() => undefined)
  const since = watch.struck()?.at ?? loop.clock.now()
  const recoveredAt = await sameEnd(loop, usual, since, mode === 'hung' ? LATE : 0)
  const lost = difference(usual.kept, identitiesOf(loop.stack)).filter((line) =>
    line.startsWith('-'),
  )
  const wrong = [
    ...wrongCall(watch, usual, nth),
    ...difference(usual.shape, shapeOf(loop.stack)),
    ...lost.map((line) => `not kept: ${line}`),
    ...(await broken()),
  ]
  const calls = watch.sites().map(({ text }) => text)
  await loop.stop()
  return { wrong, recoveryMs: recoveredAt - since, calls }
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

/** A run that is not the same up to the fault proves nothing. */
function wrongCall(watch: CallWatch, usual: Undisturbed, nth: number): string[] {
  const [expected, found] = [usual.sites[nth - 1]?.text, watch.struck()?.site.text]
  return expected === found ? [] : [`call ${nth} is "${found}", and was "${expected}"`]
}
