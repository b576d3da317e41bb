// Nobody comes in from outside: a rule before Google's implied one, so that refusals are logged (R3). GKE adds its own
// narrower rules for its nodes with a higher priority.
import { minutes } from '../domain/time.ts'
import { firewallName } from '../domain/names.ts'
import { descriptionMark } from '../manifests/labels.ts'
import { deleteResource, insertResource, observeResource } from './compute.ts'
import { network } from './network.ts'
import { step } from './step.ts'

/** Lower than everything that GKE or a customer would set (the implied refusal is 65,535). */
const PRIORITY = 65_000

export const firewall = step({
  name: 'firewall',
  title: 'Firewall against everyone else',
  kind: 'workspace',
  lane: 'network',
  attempts: 8,
  timeoutMs: minutes(10),
  after: { network },
  input: ({ subject: { identity }, life }, outputs) => ({
    collection: 'firewalls' as const,
    resource: {
      name: firewallName(identity, 'deny-ingress', life),
      description: descriptionMark(identity, life),
      network: outputs.network.selfLink,
      direction: 'INGRESS' as const,
      priority: PRIORITY,
      denied: [{ IPProtocol: 'all' }],
      sourceRanges: ['0.0.0.0/0'],
      disabled: false,
      logConfig: { enable: true },
    },
    kept: ['direction', 'priority', 'denied', 'sourceRanges', 'disabled', 'logConfig'],
  }),
  observe: observeResource,
  apply: insertResource,
  undo: deleteResource,
})
