// Reads the policies of a cluster the way Kubernetes does (a union of what each opens) and asks what may be reached.
import { describe, expect, it } from 'vitest'
import { clusterPolicies } from './network-policies.ts'
import type { JsonObject } from './object.ts'

const policies = clusterPolicies({
  namespace: 'kdl-etl-abcdefgh-1',
  labels: {},
  closedRanges: ['203.0.113.0/24'],
})

interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
  readonly namespaceSelector?: { readonly matchLabels: Readonly<Record<string, string>> }
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> }
}
interface Opening {
  readonly to?: readonly Peer[]
  readonly from?: readonly Peer[]
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[]
}

const openings = (direction: 'ingress' | 'egress'): Opening[] =>
  policies.flatMap(({ spec }) => (spec?.[direction] ?? []) as unknown as Opening[])

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function contains(cidr: string, address: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/')
  const block = 2 ** (32 - Number(bits))
  return Math.floor(toNumber(base) / block) === Math.floor(toNumber(address) / block)
}

/** Whether a pod of the cluster may open a TCP connection to an address that is no pod's. */
function reaches(address: string, port: number): boolean {
  return openings('egress').some(
    ({ to = [], ports }) =>
      (!ports || ports.some((each) => each.protocol === 'TCP' && each.port === port)) &&
      to.some(
        ({ ipBlock }) =>
          ipBlock &&
          contains(ipBlock.cidr, address) &&
          !ipBlock.except?.some((cidr) => contains(cidr, address)),
      ),
  )
}

describe('the network policies of a cluster', () => {
  it('close every pod both ways first', () => {
    expect(policies[0]).toMatchObject({
      metadata: { name: 'deny-all' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    })
    expect(policies[0]?.spec).not.toHaveProperty('egress')
  })

  it('open the internet and Google, R7', () => {
    expect(reaches('8.8.8.8', 443)).toBe(true)
    expect(reaches('199.36.153.8', 443)).toBe(true)
  })

  it.each(['10.1.2.3', '172.20.0.1', '192.168.1.1', '100.64.0.7', '169.254.1.1', '203.0.113.9'])(
    'keep %s closed: private, of the VPC, or of the workspace',
    (address) => {
      expect(reaches(address, 443)).toBe(false)
    },
  )

  it('dns-and-policy: port 80 of the metadata server stays closed while its DNS is open', () => {
    expect(reaches('169.254.169.254', 53)).toBe(true)
    expect(reaches('169.254.169.254', 80)).toBe(false)
    expect(reaches('169.254.169.252', 988)).toBe(false)
    expect(reaches('169.254.20.10', 53)).toBe(true)
  })

  it('dns-and-policy: DNS has its four peers', () => {
    const dns = openings('egress').find(({ ports }) => ports?.some(({ port }) => port === 53))
    const apps = dns?.to?.flatMap(({ podSelector }) => podSelector?.matchLabels?.['k8s-app'] ?? [])
    expect(dns?.to).toHaveLength(4)
    expect(apps).toEqual(['kube-dns', 'node-local-dns'])
    expect(dns?.ports?.map(({ protocol }) => protocol)).toEqual(['UDP', 'TCP'])
  })

  it('let in the own cluster, and the agent to the driver on two ports; nobody else', () => {
    const into = openings('ingress')
    expect(into).toHaveLength(2)
    expect(into[0]).toEqual({ from: [{ podSelector: {} }] })
    expect(into[1]?.ports?.map(({ port }) => port)).toEqual([4040, 8080])
    expect(into[1]?.from).toEqual([
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kindling-system' } },
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'kindling-agent' } },
      },
    ])
  })

  it('never name another namespace without its pods', () => {
    const peers: Peer[] = openings('egress').flatMap(({ to = [] }) => to)
    const wide = peers.filter((peer) => peer.namespaceSelector && !peer.podSelector)
    expect(wide).toEqual([])
    expect(policies.every(({ spec }) => (spec as JsonObject)['podSelector'])).toBe(true)
  })
})
