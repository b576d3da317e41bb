// How every model is tested: with all rules no state breaks an invariant and all come to the goal; with each rule switched
// off one does not, and the test names it. The table of docs/models.md says the same, and is compared.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { explore, type Explored } from './explorer/explore.ts'
import { forgetProcesses, machineOf } from './explorer/machine.ts'
import type { System } from './explorer/system.ts'
import { isLarge } from './happenings.ts'
import { withoutRule } from './switched.ts'

export interface Model<Outside> {
  readonly name: string
  /** Of docs/protocol.md. */
  readonly rules: string
  /** Functions of the product that are run. */
  readonly runs: readonly string[]
  /** How much is tried. */
  readonly bounds: string
  system(): System<Outside> | Promise<System<Outside>>
  readonly switches: readonly {
    /** What is switched off. */
    readonly off: string
    /** The invariant that then breaks, or `goal`. */
    readonly breaks: string
  }[]
}

/** States after which a model is called too large for a test. */
const MOST = isLarge ? 4_000_000 : 400_000

function run<Outside>(model: Model<Outside>, off?: string): Promise<Explored> {
  forgetProcesses()
  return withoutRule(off, async () => explore(machineOf(await model.system()), MOST))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

export function checkModel<Outside>(model: Model<Outside>): void {
  const { name, switches } = model
  describe(`model: ${name}`, () => {
    it(
      'holds in every state, and comes to its goal from each',
      { timeout: 1_200_000 },
      async () => {
        const { failure, isComplete, ...found } = await run(model)
        expect(failure).toBeUndefined()
        expect(isComplete).toBe(true)
        const { states, moves, onward, depth, cpuMs } = found
        print(
          `model ${name}: ${states} states, ${moves} moves, depth ${depth}, ${onward} more on the way to the goal, ${cpuMs} ms (${model.bounds})`,
        )
        if (!isLarge) expectInTable(model, states)
      },
    )
    it.each(switches)('without "$off" breaks: $breaks', { timeout: 1_200_000 }, async (rule) => {
      const { failure, states, cpuMs } = await run(model, rule.off)
      print(
        `model ${name} without "${rule.off}": ${failure?.invariant ?? 'nothing breaks'} after ${states} states, ${failure?.trace.length ?? 0} moves, ${cpuMs} ms`,
      )
      expect(failure?.invariant).toBe(rule.breaks)
    })
  })
}

// --- The table --------------------------------------------------------------------------------------------------------

const TABLE = new URL('../../docs/models.md', import.meta.url)

/** States may become more or fewer with any change of the product; the table says roughly how many. */
function expectInTable<Outside>(model: Model<Outside>, states: number): void {
  const { name, rules, runs, bounds, switches } = model
  const broken = switches.map(({ off, breaks }) => `${off}: *${breaks}*`).join('; ')
  const functions = runs.map((one) => `\`${one}\``).join(', ')
  const row = readFileSync(TABLE, 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| ${name} |`))
  const said = Number(row?.split('|')[5]?.replaceAll(/\D/g, ''))
  const written = `| ${name} | ${rules} | ${functions} | ${bounds} | ${said || states} | ${broken} |`
  expect(row, 'a line of docs/models.md').toBe(written)
  expect(states, 'states in docs/models.md').toBeGreaterThan(said / 2)
  expect(states, 'states in docs/models.md').toBeLessThan(said * 2)
}
