// Runs one seed: a storm in which requests come and everything goes wrong, then calm in which all must come to its goal.
// One thread, no clock but the virtual one, no chance but the seed's: the same seed gives the same trace.
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { World } from '../../shared/ports.ts'
import { deadlines } from '../../shared/steps/deadlines.ts'
import { type Arrivals, arrivalWatch } from './arrivals.ts'
import { everyEntityArrives } from './invariants/convergence.ts'
import { invariants } from './invariants/invariants.ts'
import type { Invariant } from './invariants/invariant.ts'
import { orphansIn } from './orphans.ts'
import { readRest, unrest } from './rest.ts'
import { type Scenario, scenarioOf } from './scenario.ts'
import { lacksOf } from './wholeness.ts'
import { type Simulated, startSimulated } from './simulated.ts'
import type { TraceLine } from './trace.ts'

export interface SeedOptions {
  /** In place of what the seed decides. */
  readonly scenario?: Scenario
  /** Around the world that functions meet, nearest to them: for planted bugs and crash points. */
  readonly wrapWorld?: (world: World) => World
  readonly invariants?: readonly Invariant[]
}

export interface Violation {
  readonly invariant: string
  readonly about: string
  readonly says: string
  /** Milliseconds since the start. */
  readonly at: number
}

export interface SeedResult {
  readonly seed: number
  readonly scenario: Scenario
  readonly violations: readonly Violation[]
  readonly traceHash: string
  readonly trace: readonly TraceLine[]
  /** Everything that the trace counts. */
  readonly events: number
  readonly crashes: number
  readonly simulatedMs: number
  readonly portCalls: number
  /** Probes that it came by: test/simulation/reach/. */
  readonly probes: readonly string[]
  /** From the end of the storm until everything was at rest. */
  readonly recoveryMs: number
  /** From the end of the storm, or a wish that came later. */
  readonly arrivals: Arrivals
}

/** By then everything is at rest: later than the deadline of any entity. */
const DEADLINE = deadlines.workspace.down + minutes(20)
/** Within it no function may fail. */
const QUIET = minutes(1)
/** Until then processes that hung in the storm are cut off. */
const LAST_HUNG = minutes(20)
/** Away from the sweep's tick, which would be seen as a message that waits. */
const OFF_TICK = seconds(20)
const STEP = minutes(1)

export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const scenario = options.scenario ?? scenarioOf(seed)
  const violations: Violation[] = []
  const told = new Set<string>()
  const simulated = await startSimulated(scenario, options.wrapWorld)
  const { clock, tower, trace } = simulated
  const startedAt = clock.now()
  const report = (invariant: string, about: string, says: string): void => {
    if (told.has(`${invariant} ${about} ${says}`)) return
    told.add(`${invariant} ${about} ${says}`)
    trace.add('check', `${invariant} ${about}: ${says}`)
    violations.push({ invariant, about, says, at: clock.now() - startedAt })
  }
  const checked = options.invariants ?? invariants
  for (const { id, during } of checked)
    during?.(tower.watchFor((about, says) => report(id, about, says)))

  const arriving = arrivalWatch((path, says) => {
    if (checked.includes(everyEntityArrives)) report(everyEntityArrives.id, path, says)
  })
  const look = (): void => arriving.look(simulated.documents, clock.now())
  const waitFor = async (isSo: () => boolean): Promise<void> => {
    look()
    for (let waited = 0; waited <= DEADLINE && !isSo(); waited += STEP) {
      await simulated.run(STEP)
      look()
    }
  }

  let calmAt = startedAt
  let changedByReplay: readonly string[] = []
  const isRest = (): boolean =>
    unrest(simulated.documents).length === 0 &&
    simulated.unacknowledged() <= 0 &&
    lacksOf(simulated.documents, simulated.stack).length === 0
  const check = async (isDeleted: boolean): Promise<void> => {
    const rest = readRest(scenario, simulated.stack, {
      isDeleted,
      isBusy: (cluster) => tower.busy.has(cluster),
      idleFor: clock.now() - calmAt,
      changedByReplay,
      unacknowledged: simulated.unacknowledged(),
      failures: simulated.failuresSince(Math.max(clock.now() - QUIET, calmAt + LAST_HUNG)),
    })
    for (const { id, atRest } of checked)
      for (const { about, says } of (await atRest?.(rest)) ?? []) report(id, about, says)
  }

  await simulated.run(scenario.stormMs)
  await simulated.calm()
  await simulated.run(OFF_TICK)
  calmAt = clock.now()
  let restedAt = calmAt
  if (scenario.ending !== 'delete') {
    await waitFor(isRest)
    restedAt = clock.now()
    const hasOrphans = (): boolean => orphansIn(simulated.documents, simulated.stack).length > 0
    // What was made late is seen twice by the audit, ten minutes apart, and removed.
    if (hasOrphans()) await waitFor(() => isRest() && !hasOrphans())
    if (scenario.ending === 'rest' && scenario.isThorough) {
      await simulated.run(longestIdle(scenario, simulated))
      await waitFor(isRest)
      await simulated.wake()
      // Until it has come to Kindling: a ghost whose subscription has gone is counted as ahead, and hides one message.
      await simulated.run(STEP)
      await waitFor(isRest)
      changedByReplay = await simulated.replay()
    }
    await check(false)
  }
  if (scenario.ending !== 'rest') {
    // A request that comes later than the end would begin anew.
    await waitFor(() => simulated.unacknowledged() <= 0)
    await simulated.deleteAll()
    await waitFor(() => isRest() && simulated.isEmpty())
    if (restedAt === calmAt) restedAt = clock.now()
    await check(true)
  }
  const result: SeedResult = {
    seed,
    scenario,
    violations,
    traceHash: trace.hash(),
    trace: trace.lines,
    events: trace.count(),
    crashes: simulated.crashes(),
    simulatedMs: clock.now() - startedAt,
    portCalls: simulated.portCalls(),
    probes: [...simulated.reached],
    recoveryMs: restedAt - calmAt,
    arrivals: arriving.worst,
  }
  await simulated.stop()
  return result
}

/** Unused pools and empty workspaces are kept so long, where a scenario says so, and a while more until that is seen. */
const UNUSED = minutes(100)

/** Long enough for what is idle to have ended. */
function longestIdle({ tenancy }: Scenario, { documents, tower }: Simulated): number {
  const limits = tenancy.flatMap(({ path, clusters }) =>
    clusters.map((cluster) => {
      const data = documents.get(`${path}/clusters/${cluster}`)
      const { autoterminationMinutes = 0 } = (data?.['spec'] ?? {}) as {
        autoterminationMinutes?: number
      }
      const isIdle = data?.['state'] === 'RUNNING' && !tower.busy.has(`${path}/clusters/${cluster}`)
      return isIdle && autoterminationMinutes > 0
        ? 2 * minutes(autoterminationMinutes + 1) + minutes(11)
        : 0
    }),
  )
  const isShort = tenancy.some(({ path }) => {
    const { poolIdleHours, hibernateAfterHours } = (documents.get(path)?.['spec'] ?? {}) as {
      poolIdleHours?: number
      hibernateAfterHours?: number
    }
    return poolIdleHours === 1 || hibernateAfterHours === 1
  })
  return Math.max(isShort ? UNUSED : 0, ...limits)
}
