// The Google machine types that Spark drivers and executors may run on, as Google documents them (x86, no accelerators).
// Data only: whether a type is offered in a zone, only that zone knows.
import type { NodeShape } from '../domain/sizing.ts'
import { nearestWords } from './nearest-words.ts'

export interface MachineType extends NodeShape {
  readonly name: string
  /** The name's first part, which CPU quota and prices go by. */
  readonly family: string
  /** Local SSD disks of 375 GB that come with the type. */
  readonly localSsds: number
  /** The family takes Hyperdisk boot disks only; all others take `pd-balanced`. */
  readonly hyperdiskOnly: boolean
}

interface Series {
  readonly series: string
  readonly gbPerCpu: number
  readonly cpus: readonly number[]
  /** Where the memory is not cpus x gbPerCpu, in GB. */
  readonly gb?: Readonly<Record<number, number>>
  /** Local SSD disks by cpus; these types are spelled `<series>-<cpus>-lssd`. */
  readonly lssd?: Readonly<Record<number, number>>
}

const N_SIZES = [2, 4, 8, 16, 32, 48, 64, 80]
const C3_SIZES = [4, 8, 22, 44, 88, 176]
const C3D_SIZES = [4, 8, 16, 30, 60, 90, 180, 360]
const C2D_SIZES = [2, 4, 8, 16, 32, 56, 112]
const C4_SIZES = [2, 4, 8, 16, 24, 32, 48, 96, 144, 192, 288]

// Source: Compute Engine documentation, "General-purpose", "Compute-optimized" machine family pages, read 2026-11.
const SERIES: readonly Series[] = [
  { series: 'e2-standard', gbPerCpu: 4, cpus: [2, 4, 8, 16, 32] },
  { series: 'e2-highmem', gbPerCpu: 8, cpus: [2, 4, 8, 16] },
  { series: 'e2-highcpu', gbPerCpu: 1, cpus: [2, 4, 8, 16, 32] },
  { series: 'n1-standard', gbPerCpu: 3.75, cpus: [1, 2, 4, 8, 16, 32, 64, 96] },
  { series: 'n1-highmem', gbPerCpu: 6.5, cpus: [2, 4, 8, 16, 32, 64, 96] },
  { series: 'n1-highcpu', gbPerCpu: 0.9, cpus: [2, 4, 8, 16, 32, 64, 96] },
  { series: 'n2-standard', gbPerCpu: 4, cpus: [...N_SIZES, 96, 128] },
  { series: 'n2-highmem', gbPerCpu: 8, cpus: [...N_SIZES, 96, 128], gb: { 128: 864 } },
  { series: 'n2-highcpu', gbPerCpu: 1, cpus: [...N_SIZES, 96] },
  { series: 'n2d-standard', gbPerCpu: 4, cpus: [...N_SIZES, 96, 128, 224] },
  { series: 'n2d-highmem', gbPerCpu: 8, cpus: [...N_SIZES, 96] },
  { series: 'n2d-highcpu', gbPerCpu: 1, cpus: [...N_SIZES, 96, 128, 224] },
  { series: 'n4-standard', gbPerCpu: 4, cpus: N_SIZES },
  { series: 'n4-highmem', gbPerCpu: 8, cpus: N_SIZES },
  { series: 'n4-highcpu', gbPerCpu: 2, cpus: N_SIZES },
  { series: 't2d-standard', gbPerCpu: 4, cpus: [1, 2, 4, 8, 16, 32, 48, 60] },
  { series: 'c2-standard', gbPerCpu: 4, cpus: [4, 8, 16, 30, 60] },
  { series: 'c2d-standard', gbPerCpu: 4, cpus: C2D_SIZES },
  { series: 'c2d-highmem', gbPerCpu: 8, cpus: C2D_SIZES },
  { series: 'c2d-highcpu', gbPerCpu: 2, cpus: C2D_SIZES },
  {
    series: 'c3-standard',
    gbPerCpu: 4,
    cpus: C3_SIZES,
    lssd: { 4: 1, 8: 2, 22: 4, 44: 8, 88: 16, 176: 32 },
  },
  { series: 'c3-highmem', gbPerCpu: 8, cpus: C3_SIZES },
  { series: 'c3-highcpu', gbPerCpu: 2, cpus: C3_SIZES },
  {
    series: 'c3d-standard',
    gbPerCpu: 4,
    cpus: C3D_SIZES,
    lssd: { 8: 1, 16: 1, 30: 2, 60: 4, 90: 8, 180: 16, 360: 32 },
  },
  { series: 'c3d-highmem', gbPerCpu: 8, cpus: C3D_SIZES },
  {
    series: 'c3d-highcpu',
    gbPerCpu: 2,
    cpus: C3D_SIZES,
    gb: { 30: 59, 60: 118, 90: 177, 180: 354, 360: 708 },
  },
  { series: 'c4-standard', gbPerCpu: 3.75, cpus: C4_SIZES, gb: { 2: 7 } },
  { series: 'c4-highmem', gbPerCpu: 7.75, cpus: C4_SIZES, gb: { 2: 15 } },
  { series: 'c4-highcpu', gbPerCpu: 2, cpus: C4_SIZES },
]

const HYPERDISK_ONLY = new Set(['c4', 'n4'])

function typesOf({ series, gbPerCpu, cpus, gb = {}, lssd = {} }: Series): MachineType[] {
  const family = series.split('-')[0] ?? series
  const hyperdiskOnly = HYPERDISK_ONLY.has(family)
  return cpus.flatMap((count) => {
    const name = `${series}-${count}`
    const memoryMb = Math.round((gb[count] ?? count * gbPerCpu) * 1024)
    const plain = { name, family, cpus: count, memoryMb, localSsds: 0, hyperdiskOnly }
    const disks = lssd[count]
    return disks ? [plain, { ...plain, name: `${name}-lssd`, localSsds: disks }] : [plain]
  })
}

/** E2 types whose 2 CPUs are a share of a core: known, so that a refusal can say why they are too small. */
const SHARED_CORE: readonly MachineType[] = (
  [
    ['e2-micro', 1],
    ['e2-small', 2],
    ['e2-medium', 4],
  ] as const
).map(([name, gb]) => ({
  name,
  family: 'e2',
  cpus: 2,
  memoryMb: gb * 1024,
  isSharedCore: true,
  localSsds: 0,
  hyperdiskOnly: false,
}))

export const machineTypes: Readonly<Record<string, MachineType>> = Object.fromEntries(
  [...SHARED_CORE, ...SERIES.flatMap(typesOf)].map((type) => [type.name, type]),
)

export function machineType(name: string): MachineType | undefined {
  return Object.hasOwn(machineTypes, name) ? machineTypes[name] : undefined
}

/** The known names that a misspelled one most likely meant, the closest first; for messages to people. */
export function nearestMachineTypes(name: string, count = 3): string[] {
  return nearestWords(name, Object.keys(machineTypes), count)
}
