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
]
