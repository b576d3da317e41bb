import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from './object.ts'
import { repairOf } from './object-drift.ts'

function policy(spec: KubernetesObject['spec'], labels = { mark: 'ours' }): KubernetesObject {
  const metadata = { name: 'deny-all', labels, resourceVersion: '7' }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    ...(spec ? { spec } : {}),
  }
}
const closed = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }
const metadata = { resourceVersion: '7' }

describe('an object that is as it should be', () => {
  it('needs nothing, whatever labels others gave it', () => {
    const found = { ...policy(closed), status: { any: 'thing' } }
    expect(repairOf(policy(closed), found)).toBeUndefined()
    const labelled = policy(closed, { mark: 'ours', other: 'theirs' } as { mark: string })
    expect(repairOf(policy(closed), labelled)).toBeUndefined()
  })

  it('keeps what the server, or the idle rule, wrote in it', () => {
    const service = { ...policy({ clusterIP: 'None' }), kind: 'Service' }
    const filled = { clusterIP: 'None', clusterIPs: ['None'], ipFamilies: ['IPv4'] }
    expect(repairOf(service, { ...service, spec: filled })).toBeUndefined()
    const cluster = { ...policy({ generation: 1 }), kind: 'SparkCluster' }
    const draining = { ...cluster, spec: { generation: 1, drain: 'now' } }
    expect(repairOf(cluster, draining)).toBeUndefined()
  })
})

describe('an object that has drifted', () => {
  it('loses what was added to it: a rule more opens a policy', () => {
    const open = policy({ ...closed, ingress: [{}] })
    expect(repairOf(policy(closed), open)).toEqual({ spec: { ingress: null }, metadata })
  })

  it('gets back what was changed or taken, lists as a whole', () => {
    const found = policy({ podSelector: { matchLabels: { a: 'b' } }, policyTypes: ['Ingress'] })
    expect(repairOf(policy(closed), found)).toEqual({
      spec: { podSelector: { matchLabels: null }, policyTypes: ['Ingress', 'Egress'] },
      metadata,
    })
    expect(repairOf(policy(closed), policy(undefined))).toEqual({ spec: closed, metadata })
  })

  it('gets its labels back, and nothing else where nothing else is wrong', () => {
    expect(repairOf(policy(closed), policy(closed, { mark: 'another' }))).toEqual({
      metadata: { ...metadata, labels: { mark: 'ours' } },
    })
  })
})
