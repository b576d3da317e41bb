// What a workspace's network is asked to be (R2, R3, R7).
import { describe, expect, it } from 'vitest'
import { firewall } from './firewall.ts'
import { network } from './network.ts'
import { routerNat } from './router-nat.ts'
import { subnet } from './subnet.ts'

const place = { project: 'p', region: 'europe-west4', serviceAccount: 's' }
const identity = { account: 'a', workspace: 'w', ...place }
const ranges = { nodes: '10.0.0.0/19', pods: '100.64.0.0/13', services: '100.72.0.0/20' }
const spec = { ...place, zones: ['europe-west4-a'], ranges }
const of = {
  subject: { kind: 'workspace', identity, spec, home: 'h' },
  life: 1,
  revision: 1,
  index: 1,
} as const
const outputs = { network: { selfLink: 'the-network' } }

describe('a workspace', () => {
  it('R2: has a network of its own, with the subnets that it makes and no others', () => {
    expect(network.input(of, {}).resource).toMatchObject({ autoCreateSubnetworks: false })
    for (const step of [subnet, firewall, routerNat]) {
      expect(step.input(of, outputs).resource).toMatchObject({ network: 'the-network' })
    }
  })

  it('ranges: has its nodes, pods and services where it was said', () => {
    expect(subnet.input(of, outputs).resource).toMatchObject({
      ipCidrRange: ranges.nodes,
      secondaryIpRanges: [
        { rangeName: 'pods', ipCidrRange: ranges.pods },
        { rangeName: 'services', ipCidrRange: ranges.services },
      ],
    })
  })

  it('R7: reaches Google without addresses of the internet, and everything else by NAT', () => {
    expect(subnet.input(of, outputs).resource).toMatchObject({ privateIpGoogleAccess: true })
    expect(routerNat.input(of, outputs).resource.nats).toMatchObject([
      { sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES' },
    ])
  })

  it('R3: lets nobody in, and logs who tried', () => {
    expect(firewall.input(of, outputs).resource).toMatchObject({
      direction: 'INGRESS',
      denied: [{ IPProtocol: 'all' }],
      sourceRanges: ['0.0.0.0/0'],
      disabled: false,
      logConfig: { enable: true },
    })
  })
})
