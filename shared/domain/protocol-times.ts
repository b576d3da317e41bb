// The choices of time that the protocol is run with (protocol.md). Safety against a frozen process does not rest on
// them but on names that are used once; they decide how soon things are looked at again.
import { minutes, seconds } from './time.ts'

/** Until then the holder of a claim may act on the world. */
export const EFFECT_WINDOW = seconds(180)
/** A claim with no record by then is given up on: the next attempt may take over. */
export const CLAIM_LEASE = seconds(75)
/** Mutating calls begin within this time of the claim ... */
export const MUTATION_WINDOW = seconds(60)
/** ... and end within this one. */
export const CALL_DEADLINE = seconds(20)
/** An attempt that nobody has claimed by then is run by the sweep itself. */
export const ATTEMPT_GRACE = seconds(20)
/** The sweep comes back to a converging run after this, so that each minute's tick finds it. */
export const SWEEP_PERIOD = seconds(45)
/** A settled run is looked at this seldom, to catch what no hint told. */
export const AUDIT_PERIOD = minutes(30)
/** A cluster whose size follows its load is looked at this often, should no report of it come through. */
export const SCALE_PERIOD = minutes(5)
/** Looks at work that takes minutes, when no hint comes. */
export const LOOK_PERIOD = seconds(45)
/** A cluster that lacks executors runs without them after this time. */
export const PARTIAL_AFTER = minutes(5)
/** A cluster that does not run by then has failed. */
export const LAUNCH_LIMIT = minutes(60)
/** Attempts and requests that have ended are kept this long. */
export const KEEP_ENDED = minutes(7 * 24 * 60)

/** Sweeps are split in this many shards; runs are spread over them by the path of their entity. */
export const SHARDS = 4
