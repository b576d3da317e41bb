import { describe, expect, it } from 'vitest'
import { PodLevel } from '../../events/pod-snapshot.ts'
import { resourceOf } from './kinds.ts'
import type { JsonObject, KubernetesObject } from './object.ts'
import { workspaceServices } from './workspace-services.ts'

const objects = workspaceServices({
  account: 'acme',
  workspace: 'prod',
  life: 2,
  serviceAccount: 'kindling-prod-abcdefgh@kindling.iam.gserviceaccount.com',
  agentImage: 'registry/agent@sha256:abc',
  topic: 'pod-snapshot-prod.acme',
  project: 'kindling-control',
})
const only = (kind: string): KubernetesObject[] => objects.filter((each) => each.kind === kind)

const at = (kind: string): number => objects.findIndex((each) => each.kind === kind)

/** Every verb that a role allows, as `resource verb`. */
function allows(role: KubernetesObject | undefined): string[] {
  const rules = role?.['rules'] as readonly Record<'resources' | 'verbs', readonly string[]>[]
  return rules.flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${resource} ${verb}`)),
  )
}

describe('workspace services', () => {
  it('are of kinds that Kindling knows, and carry the mark', () => {
    for (const { apiVersion, kind, metadata } of objects) {
      const resource = resourceOf(apiVersion, kind)
      expect(resource).toMatchObject({ kind })
      expect(metadata.namespace !== undefined).toBe(resource?.namespaced)
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/managed-by': 'kindling',
        'kindling.dev/workspace': 'prod',
        'kindling.dev/life': '2',
      })
    }
    const names = objects.map(
      ({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`,
    )
    expect(new Set(names).size).toBe(objects.length)
  })

  it('create namespace and priority classes before what needs them', () => {
    expect(at('Namespace')).toBeLessThan(at('ServiceAccount'))
    expect(at('PriorityClass')).toBeLessThan(at('Deployment'))
  })

  it('system-taint: the agent runs on the system pool and tolerates its taint', () => {
    const template = only('Deployment')[0]?.spec?.['template'] as JsonObject
    expect(template['spec']).toMatchObject({
      nodeSelector: { 'kindling.dev/pool': 'system' },
      tolerations: [
        {
          key: 'components.gke.io/gke-managed-components',
          value: 'true',
          effect: 'NoSchedule',
        },
      ],
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      serviceAccountName: 'kindling-agent',
    })
  })

  it('autonomy: the agent reads, reports in a status and holds its Lease, and can do nothing else', () => {
    expect(allows(only('ClusterRole')[0])).toEqual([
      'pods list',
      'pods watch',
      'nodes list',
      'nodes watch',
      'sparkclusters get',
      'sparkclusters list',
      'sparkclusters watch',
      'sparkclusters/status patch',
    ])
    expect(allows(only('Role')[0])).toEqual(['leases create', 'leases get', 'leases patch'])
    expect(only('Role')[0]?.metadata.namespace).toBe('kindling-system')
  })

  it('fairness: our identity has a level of its own, one flow for each namespace', () => {
    const spec = only('FlowSchema')[0]?.spec
    const level = only('PriorityLevelConfiguration')[0]
    expect(spec).toMatchObject({
      distinguisherMethod: { type: 'ByNamespace' },
      priorityLevelConfiguration: { name: level?.metadata.name },
    })
    expect(JSON.stringify(spec?.['rules'])).toContain('kindling-prod-abcdefgh@')
  })

  it('close the system namespace and the default one', () => {
    for (const [at, namespace] of ['kindling-system', 'default'].entries()) {
      expect(only('NetworkPolicy')[at]).toMatchObject({
        metadata: { name: 'deny-all', namespace },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      })
    }
    expect(only('NetworkPolicy')[0]?.spec).not.toHaveProperty('ingress')
  })

  it('let the gateway ask the agent for sessions, on that port, and nobody else in', () => {
    const [agent] = only('NetworkPolicy').filter(({ spec }) => spec?.['ingress'])
    expect(agent?.spec).toMatchObject({
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'kindling-gateway' } } },
          ],
          ports: [{ protocol: 'TCP', port: 8082 }],
        },
      ],
    })
    expect(agent?.metadata).toMatchObject({ name: 'kindling-agent', namespace: 'kindling-system' })
  })

  it('refuse any but restricted pods beside the agent', () => {
    expect(only('Namespace')[0]?.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    })
  })

  it('probe the agent, bound it, and let its node be emptied', () => {
    const template = only('Deployment')[0]?.spec?.['template'] as {
      spec: { containers: JsonObject[] }
    }
    expect(template.spec.containers).toMatchObject([
      {
        startupProbe: { httpGet: { path: '/livez' } },
        livenessProbe: { httpGet: { path: '/livez' } },
        readinessProbe: { httpGet: { path: '/readyz' } },
        resources: { requests: { cpu: '100m' }, limits: { cpu: '1', memory: '512Mi' } },
      },
    ])
    const selector = only('Deployment')[0]?.spec?.['selector']
    expect(only('PodDisruptionBudget')[0]?.spec).toMatchObject({ maxUnavailable: 1, selector })
  })
})

describe('the custom resource definition', () => {
  const [definition] = only('CustomResourceDefinition')
  const versions = definition?.spec?.['versions'] as readonly JsonObject[]
  type Schema = { readonly properties?: Readonly<Record<string, Schema>>; readonly type?: string }
  const schemas = versions.map((version) => version['schema'] as { openAPIV3Schema: Schema })
  const schema = schemas[0]?.openAPIV3Schema ?? {}

  it('serves one version with a status of its own', () => {
    expect(definition?.metadata.name).toBe('sparkclusters.kindling.dev')
    expect(versions).toMatchObject([
      { name: 'v1', served: true, storage: true, subresources: { status: {} } },
    ])
  })

  it('shows people how a cluster stands', () => {
    const columns = versions[0]?.['additionalPrinterColumns'] as readonly JsonObject[]
    expect(columns.map((column) => column['jsonPath'])).toEqual([
      '.status.level.driver',
      '.status.level.executors.ready',
      '.spec.executors.count',
      '.spec.runtime',
      '.metadata.creationTimestamp',
    ])
  })

  it('is structural: every value has a type', () => {
    const untyped = (at: string, of: Schema): string[] => [
      ...(of.type ? [] : [at]),
      ...Object.entries(of.properties ?? {}).flatMap(([key, value]) =>
        untyped(`${at}.${key}`, value),
      ),
    ]
    expect(untyped('', schema)).toEqual([])
  })

  it('keeps every field of a level, so that the sweep can pull what the agent published', () => {
    const level = schema.properties?.['status']?.properties?.['level']?.properties ?? {}
    expect(Object.keys(level).toSorted()).toEqual(Object.keys(PodLevel.shape).toSorted())
    expect(Object.keys(level['phases']?.properties ?? {}).toSorted()).toEqual(
      Object.keys(PodLevel.shape.phases.shape).toSorted(),
    )
  })
})
