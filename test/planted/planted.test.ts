// The planted bugs still fit the sources that they are planted in; whether they are caught is `npm run simulate -- --planted`.
import { describe, expect, it } from 'vitest'
import { scenarios } from '../crash-points/scenarios/all.ts'
import { plantedBugs } from './all-bugs.ts'
import { checkFits, edited } from './plant.ts'

describe('planted bugs', () => {
  it('are forty or more, each of another name', () => {
    const names = new Set(plantedBugs.map(({ name }) => name))
    expect(names.size).toBe(plantedBugs.length)
    expect(names.size).toBeGreaterThanOrEqual(40)
  })

  it.each(plantedBugs)('$name: every snippet is there exactly once', (bug) => {
    expect(() => checkFits(bug)).not.toThrow()
  })

  it.each(plantedBugs)('$name: is looked for in scenarios that there are', (bug) => {
    const names = scenarios.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining([...bug.scenarios]))
  })

  it('a snippet that is there twice, or not at all, is told', () => {
    const edit = { file: 'some.ts', find: 'a', replace: 'b' }
    expect(() => edited('aa', edit)).toThrow('some.ts has 2 times, not once: a')
    expect(() => edited('c', edit)).toThrow('some.ts has 0 times, not once: a')
    expect(edited('ca', edit)).toBe('cb')
  })
})
