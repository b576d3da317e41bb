// What cluster requests may ask for wrongly, as changes of the sample's data, and what must be said of each.
import { type Refusal, text } from './inbox.ts'

type BadData = readonly [
  name: string,
  data: Record<string, unknown>,
  refusal: Omit<Refusal, 'code'>,
]

export const executors = { count: 10, machineType: 'n2-standard-8' }
const driver = { machineType: 'n2-standard-4' }

/** Of executors; with what is shown of it. */
export const counts: readonly [string, unknown, string][] = [
  ['zero', 0, '0'],
  ['negative', -1, '-1'],
  ['very negative', -1e9, '-1000000000'],
  ['a fraction', 1.5, '1.5'],
  ['a fraction of one', 0.999, '0.999'],
  ['one too many', 1001, '1001'],
  ['far too many', 1e21, '1e+21'],
  ['text', '10', '10'],
  ['null', null, 'null'],
  ['true', true, 'true'],
  ['a list', [10], '[10]'],
  ['an object', { min: 1, max: 10 }, '{"min":1,"max":10}'],
  ['missing', undefined, 'nothing'],
]

/** That Kubernetes or Google Cloud would refuse. */
export const names = [
  'ETL',
  'Etl',
  'e.t.l',
  'e_t_l',
  'e t l',
  ' etl',
  'etl ',
  'etl\n',
  'etl\u0000',
  '-etl',
  'etl-',
  '-',
  '--',
  '.',
  '..',
  '',
  '../other/clusters/etl',
  'etl/runs/1',
  '/etl',
  '__proto__',
  '__etl__',
  '*',
  'größe',
  'ｅｔｌ',
  'еtl',
  '\u{1f525}',
  '１',
  'c'.repeat(41),
  'c'.repeat(100_000),
  '$(reboot)',
  '{{name}}',
  '%2e%2e',
  "etl'; drop table clusters",
]

export const workspaceNames = [...names, '1workspace', 'w'.repeat(21)]

export const notNames = [null, 7, true, ['etl'], { name: 'etl' }]

export const fields: readonly BadData[] = [
  ['no workspace', { workspace: undefined }, { field: 'data.workspace', got: 'nothing' }],
  [
    'no cluster',
    { cluster: undefined },
    { field: 'data.cluster', mend: text('add "data.cluster"') },
  ],
  ['no runtime', { runtime: undefined }, { field: 'data.runtime', got: 'nothing' }],
  ['no driver', { driver: undefined }, { field: 'data.driver', got: 'nothing' }],
  ['no executors', { executors: undefined }, { field: 'data.executors', got: 'nothing' }],
  ['a driver without a machine', { driver: {} }, { field: 'data.driver.machineType' }],
  [
    'an unknown field',
    { owner: 'me' },
    { field: 'data.owner', got: 'me', mend: text('remove "data.owner"') },
  ],
  [
    'an unknown field of a group',
    { driver: { ...driver, spot: true } },
    { field: 'data.driver.spot', got: 'true', message: text('no field') },
  ],
  ['a driver that is text', { driver: 'n2-standard-4' }, { field: 'data.driver' }],
  ['executors that are a number', { executors: 10 }, { field: 'data.executors', got: '10' }],
  [
    'spot that is text',
    { executors: { ...executors, spot: 'yes' } },
    { field: 'data.executors.spot', got: 'yes', allowed: 'true or false' },
  ],
  ['a runtime that is a number', { runtime: 17.3 }, { field: 'data.runtime', got: '17.3' }],
  [
    'too short an idle limit',
    { autoterminationMinutes: 9 },
    { field: 'data.autoterminationMinutes', got: '9', allowed: text('0 for never') },
  ],
  [
    'a fractional idle limit',
    { autoterminationMinutes: 10.5 },
    { field: 'data.autoterminationMinutes', got: '10.5', allowed: text('10 to 10000') },
  ],
  [
    'a negative idle limit',
    { autoterminationMinutes: -10 },
    { field: 'data.autoterminationMinutes', got: '-10', allowed: text('10 to 10000') },
  ],
  [
    'an enormous idle limit',
    { autoterminationMinutes: 1e9 },
    { field: 'data.autoterminationMinutes', allowed: text('10 to 10000') },
  ],
  [
    'a range with min above max',
    { executors: { machineType: 'n2-standard-8', autoscale: { min: 9, max: 2 } } },
    { field: 'data.executors.autoscale.max' },
  ],
  [
    'a range from a negative number',
    { executors: { machineType: 'n2-standard-8', autoscale: { min: -1, max: 2 } } },
    { field: 'data.executors.autoscale.min' },
  ],
  [
    'an idle limit that is text',
    { autoterminationMinutes: 'never' },
    { field: 'data.autoterminationMinutes', allowed: text('0 for never') },
  ],
  ['a region for a zone', { zone: 'europe-west4' }, { field: 'data.zone', got: 'europe-west4' }],
  ['a zone that is null', { zone: null }, { field: 'data.zone', got: 'null' }],
]

export const catalogue: readonly BadData[] = [
  [
    'an unknown machine type',
    { executors: { ...executors, machineType: 'n2-standrad-8' } },
    { field: 'data.executors.machineType', got: 'n2-standrad-8', mend: text('n2-standard-8') },
  ],
  [
    'an unknown machine type of the driver',
    { driver: { machineType: 'n2-standard-5' } },
    { field: 'data.driver.machineType', got: 'n2-standard-5', mend: text('n2-standard-4') },
  ],
  [
    'a machine type of another cloud',
    { driver: { machineType: 'm5.xlarge' } },
    { field: 'data.driver.machineType', allowed: text('such as n2-standard-8') },
  ],
  [
    'a machine type that only the prototype has',
    { driver: { machineType: 'to-string' } },
    { field: 'data.driver.machineType' },
  ],
  [
    'a machine too small for Spark',
    { executors: { ...executors, machineType: 'e2-micro' } },
    { field: 'data.executors.machineType', got: 'e2-micro', mend: text('more memory') },
  ],
  [
    'a machine too small for a driver',
    { driver: { machineType: 'e2-small' } },
    { field: 'data.driver.machineType', got: 'e2-small', message: text('driver') },
  ],
  [
    'an unknown runtime',
    { runtime: '99.9.x-scala2.13' },
    { field: 'data.runtime', got: '99.9.x-scala2.13', allowed: text('17.3.x-scala2.13') },
  ],
  [
    'a runtime that was withdrawn',
    { runtime: '14.1.x-scala2.12' },
    {
      field: 'data.runtime',
      got: '14.1.x-scala2.12',
      message: text('withdrawn on 2025-12-11'),
      allowed: text('17.3.x-scala2.13, '),
    },
  ],
  ['a runtime without its Scala', { runtime: '17.3' }, { field: 'data.runtime', got: '17.3' }],
  [
    'a runtime that only the prototype has',
    { runtime: 'constructor' },
    { field: 'data.runtime', allowed: text('17.3.x') },
  ],
  [
    'a zone outside the region',
    { zone: 'us-central1-a' },
    {
      field: 'data.zone',
      got: 'us-central1-a',
      allowed: 'auto, HA, europe-west4-a, europe-west4-b, europe-west4-c',
    },
  ],
  [
    'a zone that the region does not have',
    { zone: 'europe-west4-z' },
    { field: 'data.zone', got: 'europe-west4-z', allowed: text('europe-west4-a') },
  ],
]
