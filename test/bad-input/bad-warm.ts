// What a workspace request may ask for wrongly of warm nodes, and what must be said of each.
import { type Refusal, text } from './inbox.ts'

const NODE = { machineType: 'n2-standard-8', count: 2 }
const BUDGET = 'a whole number of US dollars from 1 to 1000000'
const COUNT = 'a whole number from 1 to 1000'
const warm = (node: object, monthlyBudget: unknown = 5000) => ({
  warm: { monthlyBudget, nodes: [{ ...NODE, ...node }] },
})
const field = (name: string): string => `data.warm.nodes.0.${name}`

export const badWarm: readonly [string, Record<string, unknown>, Omit<Refusal, 'code'>][] = [
  [
    'a machine that nobody knows',
    warm({ machineType: 'n2-standart-8' }),
    { field: field('machineType'), got: 'n2-standart-8', mend: text('did you mean') },
  ],
  [
    'a machine that is too small for an executor',
    warm({ machineType: 'e2-micro' }),
    { field: field('machineType'), mend: text('more memory or CPUs') },
  ],
  [
    'a machine without a list price',
    warm({ machineType: 'c2-standard-8' }),
    { field: field('machineType'), got: 'c2-standard-8', mend: text('another machine type') },
  ],
  ['no node', warm({ count: 0 }), { field: field('count'), got: '0', allowed: COUNT }],
  ['fewer than none', warm({ count: -1 }), { field: field('count'), got: '-1', allowed: COUNT }],
  ['half a node', warm({ count: 1.5 }), { field: field('count'), got: '1.5', allowed: COUNT }],
  ['more than a pool holds', warm({ count: 1001 }), { field: field('count'), allowed: COUNT }],
  ['enormously many', warm({ count: 1e300 }), { field: field('count') }],
  ['a count in words', warm({ count: 'two' }), { field: field('count'), got: 'two' }],
  ['spot', warm({ spot: true }), { field: field('spot'), mend: text('remove') }],
  [
    'a zone of another region',
    warm({ zone: 'us-east1-b' }),
    { field: field('zone'), got: 'us-east1-b', allowed: text('europe-west4-a') },
  ],
  ['no budget', warm({}, 0), { field: 'data.warm.monthlyBudget', got: '0', allowed: BUDGET }],
  ['a budget below nothing', warm({}, -5), { field: 'data.warm.monthlyBudget', allowed: BUDGET }],
  ['cents', warm({}, 99.5), { field: 'data.warm.monthlyBudget', got: '99.5', allowed: BUDGET }],
  ['a boundless budget', warm({}, 1e9), { field: 'data.warm.monthlyBudget', allowed: BUDGET }],
  [
    'no word on the budget',
    { warm: { nodes: [NODE] } },
    { field: 'data.warm.monthlyBudget', got: 'nothing' },
  ],
  ['nothing to keep', { warm: { monthlyBudget: 5, nodes: [] } }, { field: 'data.warm.nodes' }],
  [
    'a budget for one of two',
    warm({}, 500),
    {
      field: 'data.warm.monthlyBudget',
      got: '$500',
      allowed: text('$500 pays for 1 n2-standard-8'),
    },
  ],
  [
    'a budget for none',
    warm({}, 5),
    { field: 'data.warm.monthlyBudget', got: '$5', allowed: text('pays for no warm node at all') },
  ],
  [
    'the same nodes twice, one time by the name of the zone that is meant anyway',
    { warm: { monthlyBudget: 5000, nodes: [NODE, { ...NODE, zone: 'europe-west4-a' }] } },
    { field: 'data.warm.nodes.1', allowed: text('data.warm.nodes.0 already') },
  ],
  [
    'more than the workspace has room for',
    { ...warm({ count: 3 }), capacity: { nodes: 2, clusters: 1 } },
    { field: 'data.warm.nodes', got: '3 nodes', allowed: text('which is 2') },
  ],
]
