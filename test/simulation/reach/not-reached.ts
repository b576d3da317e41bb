// What the simulation never comes by, and why: each probe named by a part of it that is its alone.

export const notReached: readonly {
  readonly reason: string
  readonly probes: readonly string[]
}[] = [
  {
    reason: 'guards against a mistake in the code itself: no input leads there',
    probes: [
      'domain/names.ts: ',
      'steps/registry.ts: ',
      'a namespace is made of objects',
      'steps/listed-pool.ts: ',
      'the catalogue has runtimes',
      'runtime/store-within.ts: ',
      'settings alone change only when it has ended',
      'only a launch can be wanted of it',
      'functions/delivery.ts: ',
      'not quiet after ${ROUNDS} rounds',
      'steps/pool-use.ts: ',
      'steps/compute.ts: if (!(error instanceof CallError)) throw error',
      'steps/kubernetes-objects.ts: if (!(error instanceof CallError)) throw error',
      'reason: UNKNOWN',
      'reason: INTERNAL_ERROR',
    ],
  },
  {
    reason: 'nobody damages stored documents here: the tests of documents that cannot be read do',
    probes: [
      'MalformedDocument',
      'runtime/park.ts: ',
      'runtime/review-parked.ts: ',
      'withoutRun(path',
    ],
  },
  {
    reason: 'called by a person over HTTP, and nobody calls here',
    probes: ['functions/advance/', 'functions/replay/', 'runtime/dead-letters.ts: '],
  },
  {
    reason: 'needs as many lost races in a row as no storm brings',
    probes: ['TRIES} times in a row'],
  },
  {
    reason: "nobody makes things under Kindling's names here: test/laws/strangers.test.ts does",
    probes: ['notOurs(', 'reason: RESOURCE_NAME_TAKEN'],
  },
  {
    reason:
      'requests of the workload are of known machines, runtimes and ranges: test/bad-input has the others',
    probes: [
      'domain/ranges.ts: ',
      'reason: INVALID_SPARK_IMAGE',
      "reasonOf('INVALID_SPARK_IMAGE'",
      'reason: UNSUPPORTED_INSTANCE_TYPE',
    ],
  },
  {
    reason: 'the simulated cloud has no fault of this kind',
    probes: [
      'reason: GCP_DENIED_BY_ORG_POLICY',
      'reason: GCP_KMS_KEY_PERMISSION_DENIED',
      'reason: GCP_SERVICE_ACCOUNT_',
      'reason: IMAGE_PULL_PERMISSION_DENIED',
    ],
  },
  {
    reason:
      'only a watch expires, and no handler watches; no call is told of a stock-out, the autoscaler tells',
    probes: ['error: expired', 'error: stock-out'],
  },
  {
    reason: 'no call is told of it: a step says so of an operation that ended badly',
    probes: ['error: failed'],
  },
  {
    reason:
      'no request of the workload has a schedule: shared/domain/prewarm.test.ts has time zones',
    probes: ['domain/prewarm.ts: '],
  },
  {
    reason:
      'a message comes again to the letter, and no other under its id: test/bad-input/repeats.test.ts has that',
    probes: ['reason: ALREADY_EXISTS'],
  },
  {
    reason:
      'requests are checked before they are accepted, and the catalogue does not change under them here',
    probes: ['steps/spark-size.ts: ', 'runtime/claim.ts: } catch { return undefined'],
  },
  {
    reason:
      'the simulated Kubernetes never asks for more than a second: shared/runtime/rate-riding.test.ts does',
    probes: ['runtime/rate-riding.ts: if (wait > LONGEST)'],
  },
  {
    reason:
      'the in-process bus knows every member at once: test/loop/identity.test.ts has one that IAM knows late',
    probes: ["steps/agent-channel.ts: throw new CallError('not-found'"],
  },
  {
    reason: 'nobody changes settings behind our back here: test/laws/drift.test.ts does',
    probes: [
      'gke.updateCluster',
      'gke.setMaintenancePolicy',
      'network.patch',
      "steps/compute.ts: } catch (error) { if (!(error instanceof CallError) || error.kind !== 'invalid')",
      "steps/compute.ts: if (!(error instanceof CallError) || error.kind !== 'invalid')",
    ],
  },
  {
    reason: 'the simulated logs write only JSON that can be read: test/bad-input has the others',
    probes: [
      'runtime/event-trace.ts: ',
      'runtime/operation-ended.ts: ',
      'runtime/scale-up-blocked.ts: ',
    ],
  },
]
