// The subnet of the nodes, with ranges of its own for pods and services; Google's services are reached without addresses
// of the internet.
import { minutes } from '../domain/time.ts'
import { subnetName } from '../domain/names.ts'
import { descriptionMark } from '../manifests/labels.ts'
import { deleteResource, insertResource, observeResource } from './compute.ts'
import { network } from './network.ts'
import { step } from './step.ts'

export const PODS_RANGE = 'pods'
export const SERVICES_RANGE = 'services'

export const subnet = step({
  name: 'subnet',
  title: 'Subnet for nodes, pods and services',
  kind: 'workspace',
  lane: 'network',
  attempts: 8,
  timeoutMs: minutes(10),
  after: { network },
  input: ({ subject: { identity, spec }, life }, outputs) => ({
    collection: 'subnetworks' as const,
    resource: {
      name: subnetName(identity, life),
      description: descriptionMark(identity, life),
      network: outputs.network.selfLink,
      ipCidrRange: spec.ranges.nodes,
      privateIpGoogleAccess: true,
      secondaryIpRanges: [
        { rangeName: PODS_RANGE, ipCidrRange: spec.ranges.pods },
        { rangeName: SERVICES_RANGE, ipCidrRange: spec.ranges.services },
      ],
    },
  }),
  observe: observeResource,
  apply: insertResource,
  undo: deleteResource,
})
