// A fault at every call of every registered step, then tries again: it still comes to be, and to be gone, and nothing is
// left behind. The calls are those of a run without faults, so none is left out.
import { describe, expect, it } from 'vitest'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { registry } from '../../shared/steps/registry.ts'
import type { RunnableStep } from '../../shared/steps/step.ts'
import { type CallSite, passing, type When } from '../faults.ts'
import { converge } from './converge.ts'
import { type Lab, startLab } from './lab.ts'

type Direction = 'up' | 'down'

/** To a read all faults are alike. */
function whens({ method }: CallSite): readonly When[] {
  return isMutation(method) ? passing : ['before']
}

async function callsOf(step: RunnableStep, direction: Direction): Promise<readonly CallSite[]> {
  const lab = await startLab(step)
  if (direction === 'down') await converge(lab, 'up')
  lab.faults.record()
  await converge(lab, direction)
  const calls = lab.faults.calls()
  await lab.stop()
  return calls
}

/** Makes and removes the thing, one of the two under a fault; what is left must be what was there before. */
async function through(step: RunnableStep, direction: Direction, site: CallSite, when: When) {
  const lab = await startLab(step)
  const before = await lab.dump()
  const run = async (way: Direction): Promise<void> => {
    lab.faults.record()
    if (way === direction) lab.faults.at(site, when)
    await converge(lab, way)
    expect(lab.faults.waiting()).toBe(0)
  }
  await run('up')
  expect(await lookAt(lab)).toBe('present')
  await run('down')
  expect(await lookAt(lab)).toBe('absent')
  await lab.rest()
  expect(await lab.dump()).toEqual(before)
  await lab.stop()
}

async function lookAt({ drive, step, ports, input }: Lab): Promise<string> {
  return (await drive(step.observe(ports(), input))).is
}

describe.each(registry.map((step) => ({ name: step.name, step })))('$name', ({ step }) => {
  it.each(['up', 'down'] as const)('goes %s through a fault at each of its calls', async (way) => {
    const calls = await callsOf(step, way)
    expect(calls.length).toBeGreaterThan(0)
    for (const site of calls) {
      for (const when of whens(site)) {
        const where = `${site.port}.${site.method} ${site.nth}, ${when}`
        await through(step, way, site, when).catch((cause: unknown) => {
          throw new Error(`fault at ${where}`, { cause })
        })
      }
    }
  })
})
