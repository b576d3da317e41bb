// How large a driver or executor pod is on a machine type (rule *room*): nearly the whole node, so that no second one fits
// beside it, yet never all of it, so that the node's own DaemonSets may grow. Pure; knows no machine by name.

/** What a size depends on. The catalogue's machine types conform. */
export interface NodeShape {
  readonly cpus: number
  /** MiB of the virtual machine, before anything is taken off. */
  readonly memoryMb: number
  /** Its CPUs are a share of a physical core (e2-micro, -small, -medium). */
  readonly isSharedCore?: boolean
}

/** An amount of a node's resources: thousandths of a CPU, and MiB; whole numbers. */
export interface Resources {
  readonly cpuMilli: number
  readonly memoryMib: number
}

export type Role = 'driver' | 'executor'

export interface PodSize extends Resources {
  /** Task slots. All CPUs of the machine, for a pod has no CPU limit. */
  readonly cores: number
  /** Java heap of the Connect server (driver) or of the one executor that the Worker starts. */
  readonly heapMib: number
}

/** Why a machine cannot carry the role. */
export interface SizeRefusal {
  readonly reason: 'TOO_LITTLE_CPU' | 'TOO_LITTLE_MEMORY' | 'NOT_EXCLUSIVE'
  readonly message: string
}

/** What a live pool said of itself, in place of the published rules. */
export interface Measured {
  readonly allocatable: Resources
  readonly daemonSets: Resources
}

/** Requests of the DaemonSets that GKE runs on a node with Dataplane V2, DNS cache, logging and metrics: an upper estimate. */
export const DAEMON_SETS: Resources = { cpuMilli: 360, memoryMib: 640 }

/** Kept free in the pod for the data-access and log-collection sidecars. */
const SIDECARS: Resources = { cpuMilli: 100, memoryMib: 192 }

/** The container of the Spark Master beside the Connect server, taken out of the driver's size. */
export const MASTER: Resources = { cpuMilli: 100, memoryMib: 384 }

/** The Worker's own Java process beside the executor that it starts. */
const WORKER_MIB = 320

/** Below these Spark does not start, or does nothing useful. It refuses heaps under about 450 MiB by itself. */
const CPU_MILLI_MIN = 500
const HEAP_MIB_MIN: Readonly<Record<Role, number>> = { driver: 768, executor: 512 }

/** Part of the memory that is heap; the rest is for Python processes, buffers and the JVM itself, 384 MiB at least. */
const HEAP_SHARE = 0.75
const OFF_HEAP_MIB_MIN = 384

/** Memory that the kernel of Container-Optimized OS keeps, MiB: the cluster autoscaler's estimate (gce/os_reserved). */
function kernelMib(memoryMib: number): number {
  const softwareIoTlb = memoryMib > 3 * 1024 ? 64 : 0
  const small = memoryMib <= 8 * 1024 ? 8 : 0
  return memoryMib / 64 + 16 + softwareIoTlb + small + Math.min(memoryMib * 0.00175, 248)
}

/** The sum over the brackets of a rule such as "25 % of the first 4 GiB, 20 % of the next 4". */
function bracketed(amount: number, brackets: readonly (readonly [upTo: number, share: number])[]) {
  let from = 0
  let sum = 0
  for (const [upTo, share] of brackets) {
    sum += Math.max(0, Math.min(amount, upTo) - from) * share
    from = upTo
  }
  return sum
}

const CPU_BRACKETS = [
  [1, 0.06],
  [2, 0.01],
  [4, 0.005],
  [Infinity, 0.0025],
] as const
const MEMORY_BRACKETS = [
  [4096, 0.25],
  [8192, 0.2],
  [16_384, 0.1],
  [131_072, 0.06],
  [Infinity, 0.02],
] as const
/** GKE sets this aside instead on machines under 1 GiB. */
const TINY_RESERVED_MIB = 255
const EVICTION_MIB = 100
const SHARED_CORE_RESERVED_MILLI = 1060

/** What a node of this shape lets pods ask for, by GKE's published rules; the truth stands in its Node object. */
export function allocatable(node: NodeShape): Resources {
  const reservedMilli = node.isSharedCore
    ? SHARED_CORE_RESERVED_MILLI
    : bracketed(node.cpus, CPU_BRACKETS) * 1000
  const reservedMib =
    node.memoryMb < 1024 ? TINY_RESERVED_MIB : bracketed(node.memoryMb, MEMORY_BRACKETS)
  const memoryMib = node.memoryMb - kernelMib(node.memoryMb) - reservedMib - EVICTION_MIB
  return {
    cpuMilli: Math.max(0, Math.floor(node.cpus * 1000 - reservedMilli)),
    memoryMib: Math.max(0, Math.floor(memoryMib)),
  }
}

/** Free room on the node, so that a larger DaemonSet does not push the pod out: 5 %, at least 500m and 512 MiB. */
function margin(free: Resources): Resources {
  return {
    cpuMilli: Math.max(500, Math.ceil(free.cpuMilli * 0.05)),
    memoryMib: Math.max(512, Math.ceil(free.memoryMib * 0.05)),
  }
}

/**
 * The size of the one pod that a node of this shape carries, or why it cannot carry one.
 * `measured` replaces the published rules; `stepDown` takes the margin twice, after the scheduler said "Insufficient".
 */
export function podSize(
  node: NodeShape,
  role: Role,
  options: { measured?: Measured; stepDown?: boolean } = {},
): PodSize | SizeRefusal {
  const free = options.measured?.allocatable ?? allocatable(node)
  const daemonSets = options.measured?.daemonSets ?? DAEMON_SETS
  const left = margin(free)
  const times = options.stepDown ? 2 : 1
  const room = (of: keyof Resources): number =>
    free[of] - daemonSets[of] - left[of] * times - SIDECARS[of]
  const cpuMilli = Math.floor(room('cpuMilli') / 10) * 10
  const memoryMib = Math.floor(room('memoryMib'))
  const heapMib = heap(memoryMib - (role === 'driver' ? MASTER.memoryMib : WORKER_MIB))

  const of = `a machine of ${node.cpus} CPUs and ${node.memoryMb} MiB`
  if (cpuMilli < CPU_MILLI_MIN) {
    const message = `${of} leaves a Spark ${role} ${Math.max(0, cpuMilli)}m CPU; it needs ${CPU_MILLI_MIN}m`
    return { reason: 'TOO_LITTLE_CPU', message }
  }
  if (heapMib < HEAP_MIB_MIN[role]) {
    const message = `${of} leaves a Spark ${role} a heap of ${Math.max(0, heapMib)} MiB; it needs ${HEAP_MIB_MIN[role]} MiB`
    return { reason: 'TOO_LITTLE_MEMORY', message }
  }
  if (cpuMilli * 2 <= free.cpuMilli && memoryMib * 2 <= free.memoryMib) {
    const message = `${of} has so much set aside that two Spark pods would fit on one node`
    return { reason: 'NOT_EXCLUSIVE', message }
  }
  return { cpuMilli, memoryMib, cores: node.cpus, heapMib }
}

function heap(memoryMib: number): number {
  return Math.floor(Math.min(memoryMib * HEAP_SHARE, memoryMib - OFF_HEAP_MIB_MIN))
}
