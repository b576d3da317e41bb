// Somebody else has made things of the very names that a step would give: they are never taken for ours and never removed.
// The stranger is the step itself with its mark left out, so that a new step meets one too.
import { describe, expect, it } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { registry } from '../../shared/steps/registry.ts'
import { PermanentError, type RunnableStep, type StepPorts } from '../../shared/steps/step.ts'
import { converge } from './converge.ts'
import { type Lab, startLab } from './lab.ts'
import { withoutMark } from './without-mark.ts'

interface Stranger {
  /** Calls that would have carried our mark. */
  readonly disguised: number
  readonly ports: StepPorts
}

/** Ports that leave our mark out of what they create: out of everything, or out of the nth marked thing only. */
function strangerPorts(ports: StepPorts, only?: number): Stranger {
  let marked = 0
  function disguise<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get(target, method, receiver) {
        const member: unknown = Reflect.get(target, method, receiver)
        if (typeof member !== 'function' || !isMutation(String(method))) return member
        return (...args: unknown[]): unknown => {
          const bare = args.map(withoutMark)
          const carriesMark = JSON.stringify(bare) !== JSON.stringify(args)
          const isChosen = carriesMark && (++marked === only || only === undefined)
          return Reflect.apply(member, target, isChosen ? bare : args)
        }
      },
    })
  }
  return {
    get disguised() {
      return marked
    },
    ports: {
      ...ports,
      gke: disguise(ports.gke),
      network: disguise(ports.network),
      bus: disguise(ports.bus),
      kubernetes: (endpoint) => disguise(ports.kubernetes(endpoint)),
    },
  }
}

/** Lets a stranger go first; answers how many things it has made that carry no mark. */
async function letIn(lab: Lab, only?: number): Promise<number> {
  const stranger = strangerPorts(lab.ports(), only)
  // It gives up where it meets itself.
  await lab.drive(lab.step.apply(stranger.ports, lab.input).catch(() => undefined))
  await longRest(lab)
  return stranger.disguised
}

/** Longer than any operation of the cloud. */
function longRest({ clock }: Lab): Promise<void> {
  return clock.advance(minutes(10))
}

/** Of these things, those that are no longer there, or no longer as they were, once everything has come to an end. */
async function touched(lab: Lab, before: readonly string[]): Promise<string[]> {
  await longRest(lab)
  const after = new Set(await lab.dump())
  return before.filter((line) => !after.has(line))
}

// Our own documents: nobody but Kindling writes there.
const outside = registry.filter(({ lane }) => lane !== 'store' && lane !== 'entities')

describe.each(outside.map((step) => ({ name: step.name, step })))('$name', ({ step }) => {
  it('fails with a clear reason where a stranger has the name, and leaves it alone', async () => {
    const lab = await startLab(step)
    const empty = await lab.dump()
    expect(await letIn(lab)).toBeGreaterThan(0)
    const before = await lab.dump()
    expect(before.length).toBeGreaterThan(empty.length)
    await expect(converge(lab, 'up')).rejects.toThrow(PermanentError)
    expect(await touched(lab, before)).toEqual([])
    await lab.stop()
  })

  it('fails with a clear reason where one of its things is a stranger', async () => {
    const things = await markedThings(step)
    for (let only = 1; only <= things; only++) {
      const lab = await startLab(step)
      await letIn(lab, only)
      const failed = await converge(lab, 'up').catch((error: unknown) => error)
      expect(failed, `thing ${only} of ${things}`).toBeInstanceOf(PermanentError)
      expect(String(failed)).toMatch(/does not carry Kindling's mark/)
      await lab.stop()
    }
  })

  it("removes nothing of a stranger's", async () => {
    const lab = await startLab(step)
    await letIn(lab)
    const before = await lab.dump()
    await converge(lab, 'down')
    expect(await touched(lab, before)).toEqual([])
    await lab.drive(step.undo(lab.ports(), lab.input))
    expect(await touched(lab, before)).toEqual([])
    await lab.stop()
  })
})

/** How many things with a mark the step makes when nobody is in its way. */
async function markedThings(step: RunnableStep): Promise<number> {
  const lab = await startLab(step)
  const things = await letIn(lab, 0)
  await lab.stop()
  return things
}
