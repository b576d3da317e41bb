// List prices of the services that a workspace and Kindling itself are made of, in US dollars, without free tiers and
// discounts. Data only. What Google prices the same everywhere, or where only the first tier of regions is known, says so.

/** One figure of a price list, and where it was read. */
export interface Price {
  readonly usd: number
  readonly per: string
  readonly source: string
  /** When the source was read, or its own date where it has one. */
  readonly date: string
  /** What the figure does not say. */
  readonly note?: string
}

const FIRESTORE = {
  per: '100,000 documents',
  source: 'Firestore edition overview, Standard edition',
  date: '2026-08',
  note: 'us-central1; other locations differ',
} as const
const CLOUD_RUN = {
  source: 'Cloud Run pricing, request-based billing, tier 1 regions',
  date: '2026-10',
} as const
const NAT = { source: 'cloud.google.com/nat/pricing', date: '2026-11' } as const

export const servicePrices = {
  firestoreRead: { usd: 0.03, ...FIRESTORE },
  firestoreWrite: { usd: 0.09, ...FIRESTORE },
  firestoreDelete: { usd: 0.01, ...FIRESTORE },
  runCpu: { usd: 0.000024, per: 'vCPU-second', ...CLOUD_RUN },
  runMemory: { usd: 0.0000025, per: 'GiB-second', ...CLOUD_RUN },
  runRequest: { usd: 0.4, per: '1,000,000 requests', ...CLOUD_RUN },
  pubsub: {
    usd: 40,
    per: 'TiB published or delivered',
    source: 'Pub/Sub pricing',
    date: '2026-06',
  },
  scheduler: {
    usd: 0.1,
    per: 'job and month of 31 days',
    source: 'Cloud Scheduler pricing',
    date: '2026-08',
  },
  gkeCluster: {
    usd: 0.1,
    per: 'cluster and hour',
    source: 'GKE cluster management fee, as public notes quote it',
    date: '2026-10',
    note: 'not read on the price page itself; the free tier is left out',
  },
  balancedDisk: {
    usd: 0.1,
    per: 'GiB and month of 730 hours',
    source: 'Google Cloud pricing calculator, Iowa: 30 GiB for 3.00',
    date: '2023-05',
    note: 'us-central1; other regions are dearer, and Hyperdisk is charged as this',
  },
  natPerNode: { usd: 0.0014, per: 'machine and hour, up to 32 machines', ...NAT },
  natMost: { usd: 0.044, per: 'gateway and hour, above 32 machines', ...NAT },
  natAddress: { usd: 0.005, per: 'external address and hour', ...NAT },
} as const satisfies Record<string, Price>
