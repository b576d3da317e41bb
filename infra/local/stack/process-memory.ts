// How much memory a process and its children hold, where the system says it in /proc.
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
    // `pid (name) state ppid pgrp ...`; a name may hold spaces and brackets.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const pgrp = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]
    if (Number(pgrp) !== group) return 0
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0)
  } catch {
    return 0
  }
}
