// Ports of NAT run out after nodes do, so that pre-flight need not look at them.
import { expect, it } from 'vitest'
import { limits } from '../catalog/limits.ts'
import { routerNat } from './router-nat.ts'

// Source: Cloud NAT documentation, "Quotas and limits" and "IP addresses and ports".
const AUTO_ADDRESSES = 300
const PORTS_OF_AN_ADDRESS = 64_512

it('ranges: NAT has ports for as many nodes as a GKE cluster holds, each with ten times its least', () => {
  const place = { project: 'p', region: 'europe-west4', serviceAccount: 's' }
  const identity = { account: 'a', workspace: 'w', ...place }
  const ranges = { nodes: '10.0.0.0/19', pods: '100.64.0.0/13', services: '100.72.0.0/20' }
  const spec = { ...place, zones: ['europe-west4-a'], ranges }
  const subject = { kind: 'workspace', identity, spec, home: 'h' } as const
  const outputs = { network: { selfLink: 'n' } }
  const { resource } = routerNat.input({ subject, life: 1, revision: 1, index: 1 }, outputs)
  const [nat] = resource.nats
  expect(nat).toMatchObject({ natIpAllocateOption: 'AUTO_ONLY', enableDynamicPortAllocation: true })
  const least = nat?.minPortsPerVm ?? Infinity
  const nodes = (AUTO_ADDRESSES * PORTS_OF_AN_ADDRESS) / (least * 10)
  expect(nodes).toBeGreaterThanOrEqual(limits.gke.nodesPerCluster)
})
