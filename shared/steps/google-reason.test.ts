// What Google's words mean: one row for each kind of trouble, in the words that Google uses (GCP facts 1.4, 1.10, 6.1).
import { describe, expect, test } from 'vitest'
import type { CallErrorKind } from '../call-error.ts'
import { broken } from './gke-state.ts'
import { reasonInWords, reasonOfError } from './google-reason.ts'

const rows: readonly [CallErrorKind, string, string, Readonly<Record<string, string>>][] = [
  [
    'quota',
    "createNodePool: Insufficient regional quota to satisfy request: resource \"C2_CPUS\": request requires '4.0' and is short '4.0'.",
    'GCP_QUOTA_EXCEEDED',
    { metric: 'C2_CPUS' },
  ],
  [
    'unavailable',
    "QUOTA_EXCEEDED: Quota 'NETWORKS' exceeded. Limit: 5.0 globally.",
    'GCP_QUOTA_EXCEEDED',
    { metric: 'NETWORKS' },
  ],
  ['quota', 'no more of these', 'GCP_QUOTA_EXCEEDED', {}],
  [
    'quota',
    "Google Compute Engine: ZONE_RESOURCE_POOL_EXHAUSTED: The zone 'projects/p/zones/europe-west4-a' does not have enough resources available.",
    'GCP_INSUFFICIENT_CAPACITY',
    { zones: 'europe-west4-a' },
  ],
  ['unavailable', 'GCE_STOCKOUT', 'GCP_INSUFFICIENT_CAPACITY', {}],
  ['stock-out', 'try later', 'GCP_INSUFFICIENT_CAPACITY', {}],
  [
    'unavailable',
    "IP_SPACE_EXHAUSTED: IP space of 'projects/p/regions/r/subnetworks/s' is exhausted.",
    'GCP_IP_SPACE_EXHAUSTED',
    {},
  ],
  [
    'denied',
    "Required 'compute.networks.create' permission for 'projects/p/global/networks/n'",
    'GCP_FORBIDDEN',
    { permission: 'compute.networks.create' },
  ],
  [
    'denied',
    'pods is forbidden: User "sa" cannot create resource "pods": requires one of ["container.pods.create"] permission(s).',
    'GCP_FORBIDDEN',
    { permission: 'container.pods.create' },
  ],
  ['denied', 'no', 'GCP_FORBIDDEN', {}],
  [
    'denied',
    'Kubernetes Engine API has not been used in project 12 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/container.googleapis.com/overview?project=12 then retry.',
    'GCP_API_DISABLED',
    { api: 'container.googleapis.com' },
  ],
  [
    'denied',
    'Compute Engine API has not been used in project 12 before or it is disabled.',
    'GCP_API_DISABLED',
    { api: 'Compute Engine API' },
  ],
  [
    'denied',
    "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
    'GCP_SERVICE_ACCOUNT_ACCESS_DENIED',
    {},
  ],
  [
    'unavailable',
    'Constraint constraints/compute.vmExternalIpAccess violated for project p.',
    'GCP_DENIED_BY_ORG_POLICY',
    { constraint: 'constraints/compute.vmExternalIpAccess' },
  ],
  [
    'denied',
    "Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied",
    'GCP_KMS_KEY_PERMISSION_DENIED',
    {},
  ],
  [
    'denied',
    'pods "executor-0001-1" is forbidden: exceeded quota: kindling, requested: pods=1',
    'K8S_ACTIVE_POD_QUOTA_EXCEEDED',
    {},
  ],
  ['not-found', 'Not found: projects/p/locations/l/clusters/c.', 'GCP_NOT_FOUND', {}],
  ['invalid', 'Machine type "x" is not there.', 'INVALID_ARGUMENT', {}],
]

test.each(rows)('%s "%s" is %s', (kind, text, code, parameters) => {
  expect(reasonOfError(kind, text)).toMatchObject({
    code,
    parameters: { ...parameters, gcp_error_message: text },
  })
})

test.each(['busy', 'rate', 'conflict', 'unknown-outcome', 'exists', 'expired', 'closed'] as const)(
  'an error of kind %s says nothing for good, whatever its words',
  (kind) => {
    expect(reasonOfError(kind, 'QUOTA_EXCEEDED')).toBeUndefined()
  },
)

test('the other side being away has no reason of its own', () => {
  expect(reasonOfError('unavailable', 'connection reset')).toBeUndefined()
})

test.each([
  ['scale.up.error.out.of.resources', 'GCP_INSUFFICIENT_CAPACITY'],
  ['scale.up.error.quota.exceeded', 'GCP_QUOTA_EXCEEDED'],
  ['scale.up.error.ip.space.exhausted', 'GCP_IP_SPACE_EXHAUSTED'],
  ['scale.up.error.service.account.deleted', 'GCP_SERVICE_ACCOUNT_DELETED'],
  ['scale.up.error.waiting.for.instances.timeout', undefined],
])('%s of the autoscaler is %s', (messageId, code) => {
  expect(reasonInWords(messageId)?.code).toBe(code)
})

describe('what GKE calls broken', () => {
  const rows = [
    ['GCE_STOCKOUT', 'GCP_INSUFFICIENT_CAPACITY'],
    ['GCE_QUOTA_EXCEEDED', 'GCP_QUOTA_EXCEEDED'],
    ['GKE_SERVICE_ACCOUNT_DELETED', 'GCP_SERVICE_ACCOUNT_DELETED'],
    ['CLOUD_KMS_KEY_ERROR', 'GCP_KMS_KEY_PERMISSION_DENIED'],
    ['CLOUD_KMS_KEY_DESTROYED', 'GCP_KMS_KEY_PERMISSION_DENIED'],
    ['NODE_SERVICE_ACCOUNT_MISSING_PERMISSIONS', 'GCP_SERVICE_ACCOUNT_ACCESS_DENIED'],
    ['UNKNOWN', 'CLOUD_PROVIDER_LAUNCH_FAILURE'],
  ] as const

  test.each(rows)('by the condition %s is %s', (code, expected) => {
    const { reason } = broken('node pool "p"', [{ code, message: 'it failed' }])
    expect(reason.code).toBe(expected)
    expect(reason.message).toContain('node pool "p"')
    expect(reason.message).toContain('it failed')
  })
  test('without a condition is a failure of the provider', () => {
    expect(broken('GKE cluster "c"', undefined).reason).toMatchObject({
      code: 'CLOUD_PROVIDER_LAUNCH_FAILURE',
      message: 'GKE cluster "c": ERROR',
    })
  })
})
