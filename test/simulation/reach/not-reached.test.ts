// Reasons name probes and tests by their texts: here each of them must be there.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allProbes, judgeReach } from './judge-reach.ts'
import { notReached } from './not-reached.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const all = allProbes()

describe('what the simulation never comes by', () => {
  it.each(notReached)('$reason', ({ reason, probes }) => {
    const unknown = probes.filter((each) => !all.some((probe) => probe.includes(each)))
    expect(unknown).toEqual([])
    const named = reason.match(/\b(?:test|shared)\/[\w./-]*\w/g) ?? []
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })

  it('is told apart from what nobody has a reason for, and a reason that is not true is found out', () => {
    const [probe = ''] = notReached[0]?.probes ?? []
    const excused = all.filter((each) => each.includes(probe))
    const { unreached, disproved } = judgeReach(new Set(excused))
    expect(disproved.map((each) => each.probe)).toEqual(excused)
    expect(unreached).toContainEqual({ probe: 'fault: freeze' })
    expect(judgeReach(new Set()).disproved).toEqual([])
  })
})
