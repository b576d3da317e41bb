// How much memory a process and its children hold, and how long it has run, where the system says it in /proc.
import { readdir, readFile } from 'node:fs/promises'

/** Resident memory of all processes of a group, in MB; undefined on systems without /proc. */
export async function groupMemoryMb(group: number): Promise<number | undefined> {
  const names = await readdir('/proc').catch(() => undefined)
  if (!names) return undefined
  const pids = names.filter((name) => /^\d+$/.test(name))
  const shares = await Promise.all(pids.map((pid) => residentKb(pid, group)))
  return Math.round(shares.reduce((sum, kb) => sum + kb, 0) / 1024)
}

/** 0 for processes of another group, and for those that are gone. */
async function residentKb(pid: string, group: number): Promise<number> {
  try {
    const [, , pgrp] = await fieldsOf(pid)
    if (Number(pgrp) !== group) return 0
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Of the clock that processor time is counted in, by all of today's Linux. */
const TICK_MS = 10

/** Milliseconds on a processor until now, user and system; undefined where the system does not say. */
export async function processorMs(pid: number): Promise<number | undefined> {
  const fields = await fieldsOf(pid).catch(() => undefined)
  return fields && (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** What stands in its `stat` after its name, which may hold spaces and brackets: `state ppid pgrp ...`. */
async function fieldsOf(pid: string | number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
