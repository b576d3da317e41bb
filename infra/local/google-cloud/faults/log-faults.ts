// Faults of the log sink that says when operations end.
import { z } from 'zod'
import { seconds, standing } from './fault.ts'

const part = z.number().min(0).max(1).default(0)

export const logFaults = {
  'audit-log': standing(
    'Log entries are lost, doubled, late or out of order; all lost is an outage of the sink.',
    {},
    {
      drop: part.describe('how many are lost, from 0 to 1 (0)'),
      duplicate: part.describe('how many come twice, from 0 to 1 (0)'),
      missingLast: part.describe('how many ends of operations are never written, from 0 to 1 (0)'),
      delay: seconds
        .default(0)
        .describe('seconds by which a random half comes later, of cloud time (0)'),
    },
  ),
} as const
