// The model of a pool that is wanted, ended and wanted again, with all that may go wrong together: a process dies, an event
// comes again, and a minute passes while handlers stand still. GKE's operations end as they begin.
import { expect, it, vi } from 'vitest'
import { explore } from '../models/explorer/explore.ts'
import { forgetProcesses, machineOf } from '../models/explorer/machine.ts'
import { boundsText } from '../models/happenings.ts'
import { end, runningPool, want } from '../models/pool-life.ts'
import { withoutRule } from '../models/switched.ts'
import type * as RealSituation from '../../shared/domain/situation.ts'

vi.mock('../../shared/runtime/slots.ts', async (original) => {
  const { withoutSlots } = await import('../models/without-slots.ts')
  return withoutSlots(await original())
})
const { LEDGER } = vi.hoisted(() => ({ LEDGER: 'a ledger across generations' }))
vi.mock('../../shared/domain/situation.ts', async (original) => {
  const { unless } = await import('../models/switched.ts')
  const real = await original<typeof RealSituation>()
  const unwantedEntries = unless(LEDGER, real.unwantedEntries, (situation) =>
    real.unwantedEntries(situation).filter(({ g }) => g === situation.run.generation),
  )
  return { ...real, unwantedEntries }
})

const left = { crash: 1, repeat: 1, minute: 1, running: 2, preemption: 1 }

async function explored(rule?: string) {
  forgetProcesses()
  return withoutRule(rule, async () => {
    const system = await runningPool(left, [end, want], { isAtOnce: true })
    return explore(machineOf(system), 4_000_000)
  })
}

it('holds in every state, and comes up again from each', { timeout: 1_200_000 }, async () => {
  const { failure, isComplete, states, moves, onward, cpuMs } = await explored()
  expect(failure).toBeUndefined()
  expect(isComplete).toBe(true)
  process.stdout.write(
    `up, down, up: ${states} states, ${moves} moves, ${onward} more on the way to the goal, ${cpuMs} ms (${boundsText(left)})\n`,
  )
})

it('does not come up again without a ledger across generations', async () => {
  const { failure } = await explored(LEDGER)
  expect(failure?.invariant).toBe('goal')
})
