// Numbers as documents hold them: bounded, so that one that was damaged is seen for what it is and not worked with.
import { z } from 'zod'
import { SHARDS } from './protocol-times.ts'

/** Names have room for six digits. */
export const Generation = z.int().positive().max(999_999)

/** Of the sweep: what is in another is looked after by nobody. */
export const Shard = z.int().nonnegative().lt(SHARDS)
