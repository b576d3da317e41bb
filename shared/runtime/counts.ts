// What a piece of work costs, in the operations that are billed or limited: counted around the ports.

export interface Counts {
  firestoreReads: number
  /** Deletes among them. */
  firestoreWrites: number
  firestoreDeletes: number
  /** Conditional commits that lost: cheap, and few. */
  refusedWrites: number
  /** Runs of handlers. */
  invocations: number
  /** Time of invocations as Cloud Run bills it, each in steps of 100 ms. */
  billedMs: number
  /** Events handed to functions, repeats included. */
  deliveries: number
  pubsubMessages: number
  /** Published, and delivered once; what is smaller than the least that is billed counts as that. */
  pubsubBytes: number
  gkeCalls: number
  networkCalls: number
  kubernetesCalls: number
}

export function noCounts(): Counts {
  return {
    firestoreReads: 0,
    firestoreWrites: 0,
    firestoreDeletes: 0,
    refusedWrites: 0,
    invocations: 0,
    billedMs: 0,
    deliveries: 0,
    pubsubMessages: 0,
    pubsubBytes: 0,
    gkeCalls: 0,
    networkCalls: 0,
    kubernetesCalls: 0,
  }
}

/** What was counted since an earlier copy. */
export function countsSince(before: Counts, now: Counts): Counts {
  return {
    firestoreReads: now.firestoreReads - before.firestoreReads,
    firestoreWrites: now.firestoreWrites - before.firestoreWrites,
    firestoreDeletes: now.firestoreDeletes - before.firestoreDeletes,
    refusedWrites: now.refusedWrites - before.refusedWrites,
    invocations: now.invocations - before.invocations,
    billedMs: now.billedMs - before.billedMs,
    deliveries: now.deliveries - before.deliveries,
    pubsubMessages: now.pubsubMessages - before.pubsubMessages,
    pubsubBytes: now.pubsubBytes - before.pubsubBytes,
    gkeCalls: now.gkeCalls - before.gkeCalls,
    networkCalls: now.networkCalls - before.networkCalls,
    kubernetesCalls: now.kubernetesCalls - before.kubernetesCalls,
  }
}

export function countsTogether(one: Counts, other: Counts): Counts {
  return countsSince(countsSince(noCounts(), one), other)
}
