// The laws that every registered step keeps (design section 7), on the in-process engines.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { registry } from '../../shared/steps/registry.ts'
import { converge } from './converge.ts'
import { type Lab, startLab } from './lab.ts'

describe.each(registry.map((step) => ({ name: step.name, step })))('$name', ({ step }) => {
  let lab: Lab
  beforeEach(async () => {
    lab = await startLab(step)
  })
  afterEach(() => lab.stop())

  const look = () => lab.drive(step.observe(lab.ports(), lab.input))
  const apply = () => lab.drive(step.apply(lab.ports(), lab.input))
  const undo = () => lab.drive(step.undo(lab.ports(), lab.input))

  it('is absent before it is made, present once made, absent once undone', async () => {
    expect(await look()).toEqual({ is: 'absent' })
    const output = await converge(lab, 'up')
    expect(await look()).toEqual({ is: 'present', output })
    await converge(lab, 'down')
    expect(await look()).toEqual({ is: 'absent' })
  })

  it('applied twice is as applied once', async () => {
    const output = await converge(lab, 'up')
    await lab.rest()
    const once = await lab.dump()
    expect(await apply()).toEqual({ is: 'present', output })
    await lab.rest()
    expect(await lab.dump()).toEqual(once)
  })

  it('applied again while the first is under way makes nothing twice', async () => {
    await apply()
    await apply()
    const output = await converge(lab, 'up')
    expect(await look()).toEqual({ is: 'present', output })
    await lab.rest()
    const alone = await startLab(step)
    await converge(alone, 'up')
    await alone.rest()
    expect(await lab.dump()).toHaveLength((await alone.dump()).length)
    await alone.stop()
  })

  it('observed never writes: not what is absent, under way, present, leaving', async () => {
    const looks = async (): Promise<void> => {
      lab.faults.record()
      await look()
      expect(lab.faults.calls().filter(({ method }) => isMutation(method))).toEqual([])
    }
    await looks()
    await apply()
    await looks()
    await converge(lab, 'up')
    await lab.rest()
    const before = await lab.dump()
    await looks()
    expect(await lab.dump()).toEqual(before)
    await undo()
    await looks()
  })

  it('undone after nothing changes nothing', async () => {
    const before = await lab.dump()
    await undo()
    await lab.rest()
    expect(await lab.dump()).toEqual(before)
  })

  it("undone leaves its neighbour's, and undone twice is as undone once", async () => {
    await lab.makeNeighbour()
    await lab.rest()
    const before = await lab.dump()
    await converge(lab, 'up')
    await converge(lab, 'down')
    await lab.rest()
    expect(await lab.dump()).toEqual(before)
    await undo()
    await lab.rest()
    expect(await lab.dump()).toEqual(before)
  })
})
