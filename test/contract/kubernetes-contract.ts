// What every Kubernetes API must do for Kindling, whoever serves it: the same tests run on the in-process engine, on its
// wire face through the production client, and on a real API server. Whoever opens one sees to it that pods are scheduled
// and run (real or simulated). The tests poll, and work in namespaces and on nodes of their own.
import { afterAll, beforeAll, describe } from 'vitest'
import type { ObjectRef } from '../../shared/manifests/object.ts'
import { admissionTests } from './kubernetes-contract-admission.ts'
import { beyondTests } from './kubernetes-contract-beyond.ts'
import { changeTests } from './kubernetes-contract-changes.ts'
import { customTests } from './kubernetes-contract-custom.ts'
import { detailTests } from './kubernetes-contract-details.ts'
import { deletionTests } from './kubernetes-contract-deletion.ts'
import { escalationTests } from './kubernetes-contract-escalation.ts'
import { leastRightsTests } from './kubernetes-contract-least-rights.ts'
import { listTests } from './kubernetes-contract-lists.ts'
import { livesTests } from './kubernetes-contract-lives.ts'
import { objectTests } from './kubernetes-contract-objects.ts'
import { ownershipTests } from './kubernetes-contract-ownership.ts'
import { bindingTests, placementTests } from './kubernetes-contract-placement.ts'
import { patchTests } from './kubernetes-contract-patches.ts'
import { podTests } from './kubernetes-contract-pods.ts'
import { refusalTests } from './kubernetes-contract-refusals.ts'
import { rightsTests } from './kubernetes-contract-rights.ts'
import { selectionTests } from './kubernetes-contract-selection.ts'
import { quotaTests } from './kubernetes-contract-quotas.ts'
import { watchTests } from './kubernetes-contract-watches.ts'
import { type KubernetesHarness, type KubernetesSubject, subjectOf } from './kubernetes-subject.ts'

interface Server {
  readonly isOnWire?: boolean
  readonly isEmbedded?: boolean
}

export function kubernetesContract(
  name: string,
  open: () => Promise<KubernetesHarness>,
  { isOnWire = false, isEmbedded = true }: Server = {},
): void {
  describe(`kubernetes contract: ${name}`, () => {
    let harness: KubernetesHarness | undefined
    const leftovers: ObjectRef[] = []
    const subject = subjectOf(() => {
      if (!harness) throw new Error('the API server is not open')
      return harness
    }, leftovers)
    beforeAll(async () => {
      harness = await open()
    }, 60_000)
    afterAll(async () => {
      const { kubernetes } = subject
      await Promise.allSettled(leftovers.map((ref) => kubernetes.delete(ref)))
      await harness?.close()
    }, 60_000)

    describe('objects', () => {
      objectTests(subject)
      changeTests(subject)
    })
    describe('lists', () => {
      listTests(subject)
    })
    describe('watches', () => {
      watchTests(subject)
    })
    describe('deletion', () => {
      deletionTests(subject)
      ownershipTests(subject)
    })
    describe('admission', () => {
      admissionTests(subject)
      quotaTests(subject)
    })
    describe('custom resources', () => {
      customTests(subject)
      livesTests(subject)
    })
    describe('pods', () => {
      placementTests(subject)
      bindingTests(subject)
      podTests(subject)
    })
    if (isOnWire) describeWire(subject, isEmbedded)
  })
}

/** What can be told only from the bytes. */
function describeWire(subject: KubernetesSubject, isEmbedded: boolean): void {
  describe('refusals on the wire', () => {
    refusalTests(subject)
  })
  describe('patches on the wire', () => {
    patchTests(subject)
  })
  describe('lists and watches on the wire', () => {
    selectionTests(subject)
  })
  describe('rights', () => {
    rightsTests(subject)
    escalationTests(subject)
    leastRightsTests(subject)
  })
  describe('details', () => {
    detailTests(subject)
  })
  describe('beyond', () => {
    beyondTests(subject, isEmbedded)
  })
}
