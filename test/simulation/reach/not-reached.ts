// What the simulation never comes by, and why: each probe named by a part of it that is its alone.

export interface NotReached {
  readonly reason: string
  readonly probes: readonly string[]
  /** Chance may bring it about all the same. */
  readonly isRare?: true
}

export const notReached: readonly NotReached[] = [
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
    ],
  },
  {
    reason: 'nobody damages stored documents here: test/documents does',
    probes: [
      'reason: INTERNAL_ERROR',
      'domain/document-fault.ts: ',
      'runtime/park.ts: } catch (error) { if (error instanceof MalformedDocument)',
      'runtime/park.ts: throw error',
      'runtime/park.ts: } catch (why)',
      'runtime/review-parked.ts: ',
      'runtime/store-step.ts: if (error instanceof CallError || ',
      'runtime/stored.ts: ',
      'withoutRun(path',
    ],
  },
  {
    reason: 'called by a person over HTTP, and nobody calls here',
    probes: [
      'functions/advance/',
      'functions/replay/',
      'runtime/dead-letters.ts: throw ',
      'runtime/dead-letters.ts: if (!letter) throw ',
    ],
  },
  {
    reason: 'needs as many lost races in a row as no storm brings',
    probes: ['TRIES} times in a row'],
    isRare: true,
  },
  {
    reason: "nobody makes things under Kindling's names here: test/laws/strangers.test.ts does",
    probes: ['notOurs(', 'reason: RESOURCE_NAME_TAKEN'],
  },
  {
    reason:
      'requests of the workload are of known machines, runtimes and ranges: test/bad-input has the others',
    probes: ['domain/ranges.ts: ', 'reason: INVALID_SPARK_IMAGE', "reasonOf('INVALID_SPARK_IMAGE'"],
  },
  {
    reason:
      'the simulated kubelet starts every container that has its image: shared/domain/pod-trouble.test.ts has others',
    probes: ['reason: CONTAINER_LAUNCH_FAILURE'],
  },
  {
    reason:
      'needs an hour of a launch in which nothing tells what is wrong: shared/domain/decide-ends.test.ts shows it',
    probes: ['reason: K8S_DBR_CLUSTER_LAUNCH_TIMEOUT'],
    isRare: true,
  },
  {
    reason:
      'needs more nodes than a GKE cluster may have, thousands of pods: shared/domain/pre-flight.test.ts asks for them',
    probes: ['reason: GCP_RESOURCE_QUOTA_EXCEEDED'],
  },
  {
    reason:
      'what is asked of the simulated cloud is in order, and what it does not offer is found before: shared/steps/google-reason.test.ts and shared/runtime/failures.test.ts say what it would mean',
    probes: ['reason: INVALID_ARGUMENT'],
  },
  {
    reason:
      'only who was frozen for minutes asks for what cannot be: a subnet in a network that has gone meanwhile',
    isRare: true,
    probes: ['error: invalid'],
  },
  {
    reason: 'only the ghost of an attempt comes when what its step stands on has gone',
    isRare: true,
    probes: ['runtime/claim.ts: } catch { return undefined'],
  },
  {
    reason:
      "no port says so but Kindling's own limits around them, whose branches are reached: runtime/call-limits.ts and runtime/invocation.ts",
    probes: ['error: closed'],
  },
  {
    reason:
      'zones are those of the catalogue of regions: the port lists them for test/contract, which runs in any region',
    probes: ['network.listZones'],
  },
  {
    reason:
      'needs an orphan, and a refusal at the very moment of its removal: test/protocol/rule-18-orphans-are-removed.test.ts has both',
    probes: ['runtime/audit.ts: '],
    isRare: true,
  },
  {
    reason:
      'the simulated GKE leaves behind what it could not make, which tells by itself: test/protocol/rule-09-looks-are-not-failures.test.ts has an operation that leaves nothing',
    probes: ["runtime/execute.ts: throw new CallError(OPERATION_ERRORS[code] ?? 'failed'"],
    isRare: true,
  },
  {
    reason:
      'only a watch expires, and no handler watches; no call is told of a stock-out, the autoscaler tells',
    probes: ['error: expired', 'error: stock-out'],
  },
  {
    reason: 'no call is told of it: a step says so of an operation that ended badly',
    probes: ['error: failed', 'error: quota'],
  },
  {
    reason:
      'no request of the workload has a schedule: shared/domain/prewarm.test.ts has time zones',
    probes: ['domain/prewarm.ts: '],
  },
  {
    reason:
      'requests are checked before they are accepted, and the catalogue does not change under them here',
    probes: ['steps/spark-size.ts: '],
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
