// List prices of what the control plane itself uses, in US dollars, to compute what a launch costs from counted operations.
// Google's public price pages for us-central1 (Tier 1), as read on 2026-11-22, without free tiers. Check before quoting.

export const prices = {
  readOn: '2026-11-22',
  firestore: {
    read: 0.03 / 100_000,
    write: 0.09 / 100_000,
    delete: 0.01 / 100_000,
  },
  /** Request-based billing, in steps of 100 ms. */
  cloudRun: {
    vcpuSecond: 0.000024,
    gibSecond: 0.0000025,
    request: 0.4 / 1_000_000,
  },
  pubsub: {
    /** Published plus delivered, per byte; at least 1,000 bytes are billed for each request. */
    byte: 40 / 2 ** 40,
    requestBytesMin: 1000,
  },
  scheduler: { jobMonth: 0.1 },
} as const
