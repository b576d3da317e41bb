import { describe, expect, it } from 'vitest'
import { type IdleNode, scaleDown } from './scale-down.ts'

const node = (name: string, pods = 0, isReady = true): IdleNode => ({
  name,
  pool: 'executors',
  pods,
  isReady,
})
const rules = { delayOf: () => 1000, spare: () => 100 }

describe('scaling down', () => {
  it('taints a node that has been empty long enough, then removes it', () => {
    const plan = scaleDown()
    expect(plan([node('a')], rules, 0)).toMatchObject({ taint: [], remove: [], wakeAt: 1000 })
    expect(plan([node('a')], rules, 999)).toMatchObject({ taint: [], remove: [] })
    expect(plan([node('a')], rules, 1000)).toMatchObject({ taint: ['a'], remove: [] })
    expect(plan([node('a')], rules, 1010)).toMatchObject({ taint: [], remove: ['a'] })
  })

  it('lets a node go on that got a pod just before its taint, and starts to count anew', () => {
    const plan = scaleDown()
    plan([node('a')], rules, 0)
    plan([node('a')], rules, 1000)
    expect(plan([node('a', 1)], rules, 1010)).toMatchObject({ untaint: ['a'], remove: [] })
    expect(plan([node('a')], rules, 1500)).toMatchObject({ taint: [], wakeAt: 2500 })
  })

  it('never takes a node with a pod, nor one that is not ready', () => {
    const plan = scaleDown()
    const nodes = [node('busy', 1), node('booting', 0, false)]
    for (const now of [0, 5000, 10_000])
      expect(plan(nodes, rules, now)).toMatchObject({ taint: [], remove: [] })
  })

  it('keeps the minimum of the pool', () => {
    const plan = scaleDown()
    const nodes = [node('a'), node('b'), node('c')]
    plan(nodes, rules, 0)
    expect(plan(nodes, { ...rules, spare: () => 1 }, 2000).taint).toEqual(['a'])
  })

  it('removes ten a scan', () => {
    const plan = scaleDown()
    const nodes = Array.from({ length: 25 }, (_, index) => node(`n-${index}`))
    plan(nodes, rules, 0)
    expect(plan(nodes, rules, 1000).taint).toHaveLength(10)
    const next = plan(nodes, rules, 1010)
    expect(next.remove).toHaveLength(10)
    expect(next.taint).toHaveLength(10)
    expect(next.wakeAt).toBe(1010)
  })
})
