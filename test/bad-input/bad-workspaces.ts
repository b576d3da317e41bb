// What workspace requests may ask for wrongly, as changes of the sample's data, and what must be said of each.
import { type Refusal, text } from './inbox.ts'

export const projects: readonly [string, unknown][] = [
  ['capitals', 'Acme-Analytics'],
  ['five characters', 'acme1'],
  ['31 characters', 'a'.repeat(31)],
  ['a digit first', '1acme-analytics'],
  ['a hyphen last', 'acme-analytics-'],
  ['a domain', 'example.com:analytics'],
  ['a path', 'projects/acme-analytics'],
  ['a project number', '123456789012'],
  ['an underscore', 'acme_analytics'],
  ['a line end', 'acme-analytics\n'],
  ['nothing in it', ''],
]

export const regions: readonly [string, string, unknown][] = [
  ['unknown', 'europe-west99', text('europe-west4')],
  ['of another cloud', 'eu-west-1', text('such as europe-west4')],
  ['a zone', 'europe-west4-a', text('such as europe-west4')],
  ['in capitals', 'EUROPE-WEST4', text('such as europe-west4')],
  ['a multi-region', 'eu', text('such as europe-west4')],
]

export const fields: readonly [string, Record<string, unknown>, Omit<Refusal, 'code'>][] = [
  ['no project', { project: undefined }, { field: 'data.project', got: 'nothing' }],
  ['a project that is null', { project: null }, { field: 'data.project', allowed: 'a string' }],
  ['a project that is a number', { project: 7 }, { field: 'data.project', got: '7' }],
  ['no region', { region: undefined }, { field: 'data.region', got: 'nothing' }],
  ['no workspace', { workspace: undefined }, { field: 'data.workspace', got: 'nothing' }],
  ['a digit first', { workspace: '1st' }, { field: 'data.workspace', got: '1st' }],
  ['a dot', { workspace: 'a.b' }, { field: 'data.workspace', got: 'a.b' }],
  ['an unknown field', { zone: 'europe-west4-a' }, { field: 'data.zone', got: 'europe-west4-a' }],
  ['ranges that are text', { ranges: '10.0.0.0/8' }, { field: 'data.ranges', got: '10.0.0.0/8' }],
  [
    'no ranges for pods',
    { ranges: { nodes: '10.0.0.0/19', services: '10.1.0.0/20' } },
    { field: 'data.ranges.pods', got: 'nothing' },
  ],
]

export const goodRanges = { nodes: '10.0.0.0/19', pods: '100.64.0.0/13', services: '100.72.0.0/20' }
export const badRanges: readonly [
  string,
  Partial<typeof goodRanges>,
  keyof typeof goodRanges,
  unknown,
][] = [
  ['no prefix', { nodes: '10.0.0.0' }, 'nodes', text('10.0.0.0/19')],
  ['three octets', { nodes: '10.0.0/19' }, 'nodes', text('an IPv4 range')],
  ['an octet above 255', { nodes: '10.0.256.0/19' }, 'nodes', text('from /16 to /26')],
  ['IPv6', { pods: 'fd00::/13' }, 'pods', text('an IPv4 range')],
  ['a prefix above 32', { nodes: '10.0.0.0/33' }, 'nodes', text('from /16 to /26')],
  ['a negative prefix', { nodes: '10.0.0.0/-1' }, 'nodes', text('an IPv4 range')],
  ['host bits', { nodes: '10.0.0.1/19' }, 'nodes', text('its own first address')],
  ['host bits of a wide range', { pods: '100.65.0.0/13' }, 'pods', text('its own first address')],
  ['too few nodes', { nodes: '10.0.0.0/27' }, 'nodes', text('from /16 to /26')],
  ['too few pods', { pods: '100.64.0.0/19' }, 'pods', text('from /9 to /18')],
  ['too few services', { services: '100.72.0.0/25' }, 'services', text('from /16 to /24')],
  ['all addresses', { pods: '0.0.0.0/0' }, 'pods', text('from /9 to /18')],
  [
    'services among pods',
    { services: '100.64.0.0/20' },
    'services',
    text('without a common address'),
  ],
  ['pods around nodes', { pods: '10.0.0.0/13' }, 'pods', text('without a common address')],
  [
    'the same range twice',
    { services: '10.0.0.0/19' },
    'services',
    text('without a common address'),
  ],
  ['a space', { nodes: ' 10.0.0.0/19' }, 'nodes', text('an IPv4 range')],
  ['the machine itself', { nodes: '127.0.0.0/19' }, 'nodes', text('127.0.0.0/8')],
  ['the metadata server', { nodes: '169.254.0.0/16' }, 'nodes', text('169.254.0.0/16')],
  ['multicast', { pods: '224.0.0.0/9' }, 'pods', text('224.0.0.0/4')],
  ['no network', { services: '0.0.0.0/20' }, 'services', text('0.0.0.0/8')],
  ["Google's own addresses", { nodes: '199.36.152.0/21' }, 'nodes', text('199.36.153.8/30')],
]

const CAPACITY = 'a whole number from 2 to 14990'
export const badCapacities: readonly [string, unknown, Omit<Refusal, 'code'>][] = [
  ['text', '1000', { field: 'data.capacity', got: '1000' }],
  ['no nodes', { nodes: 0, clusters: 1 }, { field: 'data.capacity.nodes', allowed: CAPACITY }],
  ['a negative number', { nodes: -5, clusters: 1 }, { field: 'data.capacity.nodes', got: '-5' }],
  ['half a node', { nodes: 9.5, clusters: 1 }, { field: 'data.capacity.nodes', got: '9.5' }],
  [
    'more than GKE takes',
    { nodes: 14_991, clusters: 1 },
    { field: 'data.capacity.nodes', got: '14991', allowed: CAPACITY },
  ],
  ['far too much', { nodes: 1e21, clusters: 1 }, { field: 'data.capacity.nodes' }],
  ['no clusters', { nodes: 10, clusters: 0 }, { field: 'data.capacity.clusters', got: '0' }],
  ['half of it', { nodes: 10 }, { field: 'data.capacity.clusters', got: 'nothing' }],
  ['an unknown part', { nodes: 9, clusters: 1, pods: 32 }, { field: 'data.capacity.pods' }],
  [
    'clusters that have no two nodes each',
    { nodes: 9, clusters: 5 },
    {
      field: 'data.capacity.clusters',
      got: '5',
      allowed: text('at most 4'),
      mend: text('set "data.capacity.nodes" to 10'),
    },
  ],
]

/** A capacity, ranges that do not hold it, and the range that is too small. */
export const contradictions: readonly [
  string,
  { nodes: number; clusters: number },
  Partial<typeof goodRanges>,
  keyof typeof goodRanges,
  string,
][] = [
  ['nodes', { nodes: 8179, clusters: 1 }, {}, 'nodes', 'a range for 8179 nodes: a /18 or larger'],
  [
    'nodes, by a range of their own',
    { nodes: 51, clusters: 1 },
    { nodes: '10.0.0.0/26' },
    'nodes',
    'a range for 51 nodes: a /25 or larger',
  ],
  [
    'pods',
    { nodes: 1015, clusters: 1 },
    { pods: '100.64.0.0/16' },
    'pods',
    'a range for 1015 nodes: a /15 or larger',
  ],
  [
    'services',
    { nodes: 1000, clusters: 193 },
    { services: '100.72.0.0/24' },
    'services',
    'a range for 193 clusters: a /23 or larger',
  ],
]

const KEY = 'projects/acme-keys/locations/europe-west4/keyRings/r/cryptoKeys/k'
const machines = (...types: string[]) => types.map((machineType) => ({ machineType }))
const weekend = { days: ['SA', 'SU'], start: '22:00', hours: 6 }

const mornings = { days: ['MO', 'TU'], hour: 8, timeZone: 'Europe/Berlin' }

/** Schedules that wake nobody, or at no time that there is. */
export const badPrewarms: readonly [string, Record<string, unknown>, Omit<Refusal, 'code'>][] = [
  [
    'no day',
    { prewarm: { ...mornings, days: [] } },
    { field: 'data.prewarm.days', allowed: text('at least 1') },
  ],
  [
    'a day twice',
    { prewarm: { ...mornings, days: ['MO', 'TU', 'MO'] } },
    { field: 'data.prewarm.days', got: 'MO, TU, MO', allowed: 'each day once' },
  ],
  ['a day in full', { prewarm: { ...mornings, days: ['Monday'] } }, { got: 'Monday' }],
  ...[24, -1, 7.5, 1e9, '8', null].map(
    (hour): [string, Record<string, unknown>, Omit<Refusal, 'code'>] => [
      `the hour ${JSON.stringify(hour)}`,
      { prewarm: { ...mornings, hour } },
      { field: 'data.prewarm.hour', allowed: text('whole number') },
    ],
  ),
  ...[60, -1, 0.5].map((minute): [string, Record<string, unknown>, Omit<Refusal, 'code'>] => [
    `the minute ${minute}`,
    { prewarm: { ...mornings, minute } },
    { field: 'data.prewarm.minute', allowed: 'a whole number from 0 to 59' },
  ]),
  ...['Mars/Base', '+02:00', 'Berlin', ''].map(
    (timeZone): [string, Record<string, unknown>, Omit<Refusal, 'code'>] => [
      `the time zone "${timeZone}"`,
      { prewarm: { ...mornings, timeZone } },
      { field: 'data.prewarm.timeZone', allowed: text('Europe/Berlin') },
    ],
  ),
  [
    'a time zone without end',
    { prewarm: { ...mornings, timeZone: 'x'.repeat(1000) } },
    { field: 'data.prewarm.timeZone', allowed: text('64') },
  ],
  ['no time zone', { prewarm: { days: ['MO'], hour: 8 } }, { field: 'data.prewarm.timeZone' }],
  ['a date', { prewarm: { ...mornings, date: '2026-12-01' } }, { field: 'data.prewarm.date' }],
  ['a line of cron', { prewarm: '0 8 * * 1' }, { field: 'data.prewarm' }],
  [
    'nothing to wake',
    { prewarm: mornings, hibernateAfterHours: 0 },
    { field: 'data.prewarm', mend: text('leave "prewarm" out') },
  ],
]

/** Choices that cannot be had. */
export const badChoices: readonly [string, Record<string, unknown>, Omit<Refusal, 'code'>][] = [
  [
    'an unknown machine type among the shapes',
    { shapes: machines('n2-standard-8', 'n2-standart-8') },
    {
      field: 'data.shapes.1.machineType',
      got: 'n2-standart-8',
      mend: text('did you mean n2-standard-8'),
    },
  ],
  [
    'a machine that is too small for Spark',
    { shapes: machines('e2-micro') },
    { field: 'data.shapes.0.machineType', got: 'e2-micro', mend: text('more memory or CPUs') },
  ],
  [
    'a shape twice',
    { shapes: [...machines('n2-standard-8'), { machineType: 'n2-standard-8', spot: false }] },
    { field: 'data.shapes.1', got: 'n2-standard-8', allowed: text('data.shapes.0 already') },
  ],
  [
    '21 shapes',
    { shapes: Array.from({ length: 21 }, () => machines('n2-standard-8')[0]) },
    { field: 'data.shapes', allowed: text('20') },
  ],
  [
    'a shape with a field more',
    { shapes: [{ machineType: 'n2-standard-8', disk: 7 }] },
    { field: 'data.shapes.0.disk' },
  ],
  ['a shape that is text', { shapes: ['n2-standard-8'] }, { field: 'data.shapes.0' }],
  [
    'a key of another region',
    { encryptionKey: KEY.replace('europe-west4', 'us-east1') },
    { field: 'data.encryptionKey', allowed: text('a key in europe-west4') },
  ],
  [
    'the version of a key',
    { encryptionKey: `${KEY}/cryptoKeyVersions/1` },
    { field: 'data.encryptionKey', allowed: text('a key such as') },
  ],
  ['an empty key', { encryptionKey: '' }, { field: 'data.encryptionKey' }],
  [
    'too little time for upgrades',
    { maintenance: { ...weekend, hours: 5 } },
    {
      field: 'data.maintenance.hours',
      got: '10 hours a week',
      allowed: text('at least 12 hours a week'),
    },
  ],
  [
    'a window of three hours',
    { maintenance: { ...weekend, hours: 3 } },
    { field: 'data.maintenance.hours', allowed: text('from 4 to 24') },
  ],
  [
    'a day twice',
    { maintenance: { ...weekend, days: ['SA', 'SA'], hours: 24 } },
    { field: 'data.maintenance.days', got: 'SA, SA' },
  ],
  [
    'no day',
    { maintenance: { ...weekend, days: [] } },
    { field: 'data.maintenance.days', allowed: text('at least 1') },
  ],
  [
    'a time that no day has',
    { maintenance: { ...weekend, start: '24:00' } },
    { field: 'data.maintenance.start', allowed: text('such as 22:30') },
  ],
  [
    'a time zone',
    { maintenance: { ...weekend, zone: 'CET' } },
    { field: 'data.maintenance.zone', got: 'CET' },
  ],
  [
    'no zone for the system pool',
    { systemZones: 0 },
    { field: 'data.systemZones', allowed: '1, 2 or 3' },
  ],
  ['four of them', { systemZones: 4 }, { field: 'data.systemZones', got: '4' }],
  [
    'pools kept for a negative time',
    { poolIdleHours: -1 },
    { field: 'data.poolIdleHours', allowed: 'a whole number from 0 to 8760' },
  ],
  ['for half an hour', { poolIdleHours: 0.5 }, { field: 'data.poolIdleHours', got: '0.5' }],
  ['for more than a year', { poolIdleHours: 8761 }, { field: 'data.poolIdleHours', got: '8761' }],
  [
    'hibernation after a negative time',
    { hibernateAfterHours: -72 },
    { field: 'data.hibernateAfterHours', allowed: 'a whole number from 0 to 8760' },
  ],
  [
    'hibernation after more than a year',
    { hibernateAfterHours: 1e9 },
    { field: 'data.hibernateAfterHours' },
  ],
  [
    'hibernation after an hour and a half',
    { hibernateAfterHours: 1.5 },
    { field: 'data.hibernateAfterHours', got: '1.5' },
  ],
  ['for a day in words', { poolIdleHours: '24' }, { field: 'data.poolIdleHours' }],
]
