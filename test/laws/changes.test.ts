// A later generation wants a thing otherwise: it is brought to what is wanted under the same life. What comes of it must
// be what would have come of the new wish alone, through any fault, and must leave nothing when it is undone half-way.
import { describe, expect, it } from 'vitest'
import type { Subject } from '../../shared/domain/plan.ts'
import { EFFECT_WINDOW } from '../../shared/domain/protocol-times.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { registry } from '../../shared/steps/registry.ts'
import type { RunnableStep } from '../../shared/steps/step.ts'
import { type CallSite, passing, type When } from '../faults.ts'
import { changesFor } from './changes.ts'
import { converge } from './converge.ts'
import { type Lab, startLab } from './lab.ts'
import { subjectOf } from './subjects.ts'

/** A lab in which the old wish has been made, and the step with what it is told by the new one. */
async function changing(step: RunnableStep, change: number) {
  const lab = await startLab(step)
  const empty = await lab.dump()
  const wish = changesFor(step, lab.subject)[change]
  if (!wish) throw new Error(`${step.name} has no change ${change}`)
  await converge(lab, 'up')
  await lab.rest()
  lab.faults.record()
  return { lab, empty, next: { ...lab, input: lab.inputFor(wish.subject) } }
}

/** Without what differs from one making to the next: ids, and times. */
async function likeness(lab: Lab): Promise<string[]> {
  const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
  const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g
  const lines = await lab.dump()
  return lines.map((line) => line.replaceAll(ID, 'ID').replaceAll(TIME, 'TIME')).toSorted()
}

async function madeDirectly(step: RunnableStep, change: number): Promise<string[]> {
  const lab = await startLab(step)
  const wish = changesFor(step, lab.subject)[change]
  await converge({ ...lab, input: lab.inputFor(wish?.subject ?? lab.subject) }, 'up')
  await lab.rest()
  const made = await likeness(lab)
  await lab.stop()
  return made
}

async function callsOf(step: RunnableStep, change: number): Promise<readonly CallSite[]> {
  const { lab, next } = await changing(step, change)
  await converge(next, 'up', 'again')
  const calls = lab.faults.calls()
  await lab.stop()
  return calls
}

const whens = ({ method }: CallSite): readonly When[] => (isMutation(method) ? passing : ['before'])

/** Runs `each` for every fault that may meet the change; answers where it went wrong. */
async function throughFaults(
  step: RunnableStep,
  change: number,
  each: (changed: Awaited<ReturnType<typeof changing>>) => Promise<void>,
): Promise<string[]> {
  const failures: string[] = []
  const calls = await callsOf(step, change)
  expect(calls.filter(({ method }) => isMutation(method)).length).toBeGreaterThan(0)
  for (const site of calls) {
    for (const when of whens(site)) {
      const changed = await changing(step, change)
      changed.lab.faults.at(site, when)
      await each(changed).catch((error: unknown) => {
        failures.push(`${site.port}.${site.method} ${site.nth}, ${when}: ${String(error)}`)
      })
      await changed.lab.stop()
    }
  }
  return failures
}

const anySubject = ({ kind }: RunnableStep): Subject =>
  subjectOf(kind, new Map([['gke-cluster', { gkeCluster: 'g', endpoint: 'e' }]]), 'first')

// The use of a pool that is no longer wanted ends when the run settles, not by the step (test/loop/pool-uses.test.ts).
const changeable = registry.filter((step) => 'content' in step && step.lane !== 'store')

describe.each(changeable.map((step) => ({ name: step.name, step })))('$name', ({ step }) => {
  const wishes = changesFor(step, anySubject(step)).map(({ name }, change) => ({ name, change }))

  describe.each(wishes)('$name', ({ change }) => {
    it('made and then changed is as made so at once, and keeps its output', async () => {
      const { lab, next } = await changing(step, change)
      expect(await lab.drive(step.observe(lab.ports(), next.input))).toMatchObject({
        is: 'partial',
      })
      const output = await converge(next, 'up', 'again')
      await lab.rest()
      expect(await lab.drive(step.observe(lab.ports(), next.input))).toEqual({
        is: 'present',
        output,
      })
      expect(await likeness(lab)).toEqual(await madeDirectly(step, change))
      await lab.stop()
    })

    it('comes to be through a fault at each of its calls', async () => {
      const wanted = await madeDirectly(step, change)
      const failures = await throughFaults(step, change, async ({ lab, next }) => {
        await converge(next, 'up', 'again')
        await lab.rest()
        expect(await likeness(lab)).toEqual(wanted)
      })
      expect(failures).toEqual([])
    })

    it('undone where it met a fault leaves nothing', async () => {
      const failures = await throughFaults(step, change, async ({ lab, next, empty }) => {
        await lab.drive(step.apply(lab.ports(), next.input).catch(() => undefined))
        await converge(next, 'down')
        // What was cut off may act late: gone counts only once it no longer can (protocol rule 3).
        await lab.clock.advance(EFFECT_WINDOW)
        await converge(next, 'down')
        await lab.rest()
        expect(await lab.dump()).toEqual(empty)
      })
      expect(failures).toEqual([])
    })
  })
})
