// The way out: private nodes reach the internet through NAT, which is part of its router and goes with it (R7).
import { minutes } from '../domain/time.ts'
import { natName, routerName } from '../domain/names.ts'
import { descriptionMark } from '../manifests/labels.ts'
import { deleteResource, insertResource, observeResource } from './compute.ts'
import { network } from './network.ts'
import { step } from './step.ts'

export const routerNat = step({
  name: 'router-nat',
  title: 'Cloud Router with NAT',
  kind: 'workspace',
  lane: 'network',
  attempts: 8,
  timeoutMs: minutes(10),
  after: { network },
  input: ({ subject: { identity }, life }, outputs) => ({
    collection: 'routers' as const,
    resource: {
      name: routerName(identity, life),
      description: descriptionMark(identity, life),
      network: outputs.network.selfLink,
      nats: [
        {
          name: natName(identity, life),
          natIpAllocateOption: 'AUTO_ONLY' as const,
          sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES' as const,
          // Spark opens many connections from few machines; ports follow need instead of a fixed share.
          enableDynamicPortAllocation: true,
          enableEndpointIndependentMapping: false,
          minPortsPerVm: 64,
          logConfig: { enable: true, filter: 'ERRORS_ONLY' as const },
        },
      ],
    },
    kept: ['nats'],
  }),
  observe: observeResource,
  apply: insertResource,
  undo: deleteResource,
})
