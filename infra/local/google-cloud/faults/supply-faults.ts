// Faults of what Google has to give: machines, quota, addresses.
import { z } from 'zod'
import { cluster, machine, pool, project, region, seconds, standing, times, zone } from './fault.ts'

const count = z.int().min(0)

export const supplyFaults = {
  'stock-out': standing(
    'A zone has no more machines of a type: scale-ups fail and say so, pools with initial nodes stay in creation for 35 minutes.',
    { zone, machineType: machine },
    {
      left: count.default(0).describe('how many can still be had (0)'),
      spot: z.boolean().optional().describe('only spot machines, or only others (all)'),
    },
  ),
  'not-offered': standing(
    'A zone does not offer a machine type at all.',
    { zone, machineType: machine },
    {},
  ),
  quota: standing(
    "A quota of a project's region: nothing is given beyond it.",
    {
      project,
      region,
      metric: z
        .string()
        .regex(
          /^[A-Z][A-Z0-9_]*$/,
          'is no quota metric; some are N2_CPUS, CPUS, INSTANCES, SSD_TOTAL_GB',
        )
        .describe('as Compute names it: N2_CPUS, CPUS, INSTANCES, SSD_TOTAL_GB ...'),
    },
    { limit: z.number().min(0).describe('the most that may be in use') },
  ),
  'ip-range': standing(
    'The addresses of a GKE cluster run out: no more nodes than this.',
    { project, cluster },
    { nodes: count.default(0).describe('nodes that there are addresses for (0)') },
  ),
  'node-late': standing(
    'Nodes boot more slowly.',
    { pool, zone },
    { seconds: seconds.default(300).describe('seconds later, of cloud time (300)') },
  ),
  'node-never': standing(
    'Machines are started, but never become nodes: the autoscaler gives up on them after 15 minutes.',
    { pool, zone },
    { times },
  ),
  'node-rate': standing(
    'Machines of a GKE cluster are started one after another, not all at once.',
    { cluster },
    { perMinute: z.number().min(1).describe('machines a minute, of cloud time') },
  ),
} as const
