// How long a function takes from the start of its process until it listens, bundled as it is deployed.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleFunctions } from '../../infra/bundle/bundle-functions.ts'
import { startProgram } from '../../infra/bundle/bundled-program.ts'
import { realClock } from '../../infra/local/clock.ts'
import { freePort } from '../../infra/local/loopback/free-port.ts'
import { groupMemoryMb, processorMs } from '../../infra/local/stack/process-memory.ts'
import type { Bench } from './bench.ts'
import { atMost, type Figure } from './figure.ts'

const REPEATS = 5
interface Start {
  readonly listeningMs: number
  readonly processorMs: number
  readonly memoryMb: number
}

export const coldStart: Bench = {
  name: 'cold-start',
  asks: 'each function, bundled: process start to listening, and memory',
  async run({ repeats = REPEATS, progress }) {
    const directory = await mkdtemp(join(tmpdir(), 'kindling-bench-'))
    const clock = realClock()
    try {
      progress('bundling')
      const bundles = await bundleFunctions(directory)
      const figures: Figure[] = []
      for (const { name, file, bytes } of bundles) {
        progress(name)
        const starts: Start[] = []
        for (let run = 0; run < repeats; run++) {
          const program = await startProgram(join(directory, file), {
            port: await freePort(clock),
            clock,
          })
          starts.push({
            listeningMs: program.readyAfterMs,
            processorMs: (await processorMs(program.pid)) ?? Number.NaN,
            memoryMb: (await groupMemoryMb(program.pid)) ?? Number.NaN,
          })
          await program.kill()
        }
        figures.push(...figuresOf(name, starts, bytes))
      }
      return figures
    } finally {
      clock.stop()
      await rm(directory, { recursive: true, force: true })
    }
  },
}

function figuresOf(name: string, starts: readonly Start[], bytes: number): Figure[] {
  return [
    {
      name: `${name}, start to listening`,
      unit: 'ms',
      values: starts.map(({ listeningMs }) => listeningMs),
      target: atMost(300),
    },
    {
      name: `${name}, processor time until then`,
      unit: 'ms',
      values: starts.map((start) => start.processorMs),
      note: 'what is left of it when nothing else runs',
    },
    { name: `${name}, memory`, unit: 'MB', values: starts.map(({ memoryMb }) => memoryMb) },
    { name: `${name}, read at start`, unit: 'kB', values: [bytes / 1000] },
  ]
}
