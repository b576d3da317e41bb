// List prices of machines in US dollars, without discounts, as Google's price catalogue had them when the public collection
// named below was made. Data only.
//
// Real figures: the price of a vCPU and of a GB in an hour, by family, in us-central1 (READ); and the price of one AMD
// machine, n2d-highcpu-16, in every region. What a family costs in another region is worked out from the two: the
// region's n2d price over that of us-central1. That is exact for n2d, and within some per cent for others (c4 and n4 cost in
// us-east4 what they cost in us-central1, where n2d is 13 % dearer). Families without a row have no price here, and what
// they cost is said to be unknown rather than guessed. Spot prices change monthly and by region: they are one day's figure.
import { machineType } from './machine-types.ts'

/** Where and when the figures were read. */
export const MACHINE_PRICE_SOURCE = {
  source:
    'Google Cloud price catalogue, as collected in skypilot-org/skypilot-catalog, catalogs/v8/gcp/vms.csv at 006059e0',
  date: 'read 2026-11',
} as const

interface FamilyPrice {
  /** US dollars for a vCPU and for a GB, each for an hour, in us-central1. */
  readonly cpu: number
  readonly gb: number
  /** The spot price of a machine over its list price; absent where it was not read. */
  readonly spot?: number
}

/** Two machine types of each family with differing memory give both figures. */
const READ: Readonly<Record<string, FamilyPrice>> = {
  // n1-highmem-8: 0.47321, spot 0.12932.
  n1: { cpu: 0.031611, gb: 0.004237, spot: 0.2733 },
  // SKUs BB77-5FDA-69D9 and 5B01-D157-A097; spot core 0.006655 over 0.031611.
  n2: { cpu: 0.031611, gb: 0.004237, spot: 0.2105 },
  // n2d-highcpu-16: 0.49901, spot 0.10358; SKUs A03E-E620-7389 and 5535-6D2D-4B50.
  n2d: { cpu: 0.027502, gb: 0.003686, spot: 0.2076 },
  // SKUs EFE6-E23C-19CB, FB05-036A-8982; spot E7FF-A0FB-FA82.
  t2d: { cpu: 0.027502, gb: 0.003686, spot: 0.1807 },
  // E2 core and RAM of the price catalogue; spot not read.
  e2: { cpu: 0.02181159, gb: 0.00292353 },
  // c3-standard-88: 4.43538, spot 0.69326.
  c3: { cpu: 0.03465, gb: 0.003938, spot: 0.1563 },
  // c3d-highcpu-16: 0.5997, spot 0.09066; c3d-highcpu-360: 13.44565.
  c3d: { cpu: 0.029563, gb: 0.003959, spot: 0.1512 },
  // c4-highcpu-16: 0.68042, spot 0.32397; c4-standard-4: 0.19767.
  c4: { cpu: 0.03465, gb: 0.003938, spot: 0.4761 },
  // n4-highcpu-80: 3.0616, spot 1.13312; n4-highmem-16: 0.95216.
  n4: { cpu: 0.03119, gb: 0.00354, spot: 0.3701 },
}

/** US dollars for an hour of n2d-highcpu-16. */
const N2D_HIGHCPU_16: Readonly<Record<string, number>> = {
  'us-central1': 0.49901,
  'us-east1': 0.49901,
  'us-east4': 0.56203,
  'us-east5': 0.49901,
  'us-south1': 0.58883,
  'us-west1': 0.49901,
  'us-west2': 0.59938,
  'us-west3': 0.59938,
  'us-west4': 0.56203,
  'northamerica-northeast1': 0.54938,
  'northamerica-northeast2': 0.54938,
  'southamerica-east1': 0.79213,
  'europe-west1': 0.54893,
  'europe-west2': 0.64293,
  'europe-west3': 0.64293,
  'europe-west4': 0.54938,
  'europe-west6': 0.65368,
  'europe-west8': 0.57885,
  'europe-west9': 0.57885,
  'europe-central2': 0.60379,
  'europe-north1': 0.54942,
  'europe-southwest1': 0.58883,
  'me-west1': 0.54891,
  'africa-south1': 0.54893,
  'asia-east1': 0.57779,
  'asia-east2': 0.69821,
  'asia-northeast1': 0.64085,
  'asia-northeast2': 0.64083,
  'asia-northeast3': 0.64083,
  'asia-south1': 0.32934,
  'asia-southeast1': 0.61562,
  'australia-southeast1': 0.70808,
}
const BASE = 0.49901

/** E2 types with a share of a core are priced by that share. */
const SHARED_CORE_CPUS: Readonly<Record<string, number>> = {
  'e2-micro': 0.25,
  'e2-small': 0.5,
  'e2-medium': 1,
}

/** US dollars for an hour of a machine without its disks; undefined where no price is known. */
export function machinePrice(name: string, region: string, spot: boolean): number | undefined {
  const type = machineType(name)
  const price = type && READ[type.family]
  const here = N2D_HIGHCPU_16[region]
  const share = spot ? price?.spot : 1
  if (!type || !price || here === undefined || share === undefined) return undefined
  // The price of the local SSDs that come with a type was not read.
  if (type.localSsds > 0) return undefined
  const cpus = SHARED_CORE_CPUS[name] ?? type.cpus
  return (cpus * price.cpu + (type.memoryMb / 1024) * price.gb) * (here / BASE) * share
}
