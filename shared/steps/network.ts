// The workspace's own VPC, in custom mode: it has the subnets that we make and no others (R2).
import { minutes } from '../domain/time.ts'
import { networkName } from '../domain/names.ts'
import { descriptionMark } from '../manifests/labels.ts'
import { deleteResource, insertResource, observeResource } from './compute.ts'
import { step } from './step.ts'

export const network = step({
  name: 'network',
  title: 'VPC network',
  kind: 'workspace',
  lane: 'network',
  attempts: 8,
  timeoutMs: minutes(10),
  after: {},
  input: ({ subject: { identity }, life }) => ({
    collection: 'networks' as const,
    resource: {
      name: networkName(identity, life),
      description: descriptionMark(identity, life),
      autoCreateSubnetworks: false,
      routingConfig: { routingMode: 'REGIONAL' as const },
    },
  }),
  observe: observeResource,
  apply: insertResource,
  undo: deleteResource,
})
