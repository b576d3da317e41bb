// A temporary folder for the logs of one stack's processes. A stack that is killed cannot remove its own: the next one does.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isProcessAlive } from '../child-process.ts'

const NAME = /^kindling-logs-(\d+)-/

export async function makeLogDirectory(): Promise<string> {
  const parent = tmpdir()
  const left = (await readdir(parent)).filter((name) => {
    const owner = NAME.exec(name)?.[1]
    return owner !== undefined && !isProcessAlive(Number(owner))
  })
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true })
  return await mkdtemp(join(parent, `kindling-logs-${process.pid}-`))
}
