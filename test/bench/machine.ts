// What the figures were measured on, in one line: without it none of them can be compared.
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

export interface Machine {
  readonly kind: 'machine'
  readonly cores: number
  readonly cpu: string
  readonly memoryGb: number
  readonly node: string
  /** Runnable processes on average over the last minute, before the bench began: other work disturbs it. */
  readonly load: number
}

export function thisMachine(): Machine {
  return {
    kind: 'machine',
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}

export function machineLine({ cores, cpu, memoryGb, node, load }: Machine): string {
  return `${cores} cores of ${cpu}, ${memoryGb} GB, Node ${node}, load before it began ${load}`
}
