import { describe, expect, it } from 'vitest'
import { clusterMark, descriptionMark, resourceMark, workspaceMark } from './labels.ts'
import { lifeInDescription, lifeInLabels, lifeInObject } from './marked-life.ts'

const ours = { account: 'acme', workspace: 'analytics' }
const theirs = [
  { account: 'acme', workspace: 'research' },
  { account: 'other', workspace: 'analytics' },
]

describe('the mark', () => {
  it('says the life of what bears it, also among other labels', () => {
    expect(lifeInLabels(ours, { team: 'data', ...resourceMark(ours, 7) })).toBe(7)
    expect(lifeInDescription(ours, descriptionMark(ours, 12))).toBe(12)
    expect(lifeInObject(ours, workspaceMark(ours, 3))).toBe(3)
    expect(lifeInObject(ours, clusterMark({ ...ours, cluster: 'etl' }, 4))).toBe(4)
  })

  it('of another workspace is not ours', () => {
    for (const other of theirs) {
      expect(lifeInLabels(ours, resourceMark(other, 1))).toBeUndefined()
      expect(lifeInDescription(ours, descriptionMark(other, 1))).toBeUndefined()
      expect(lifeInObject(ours, workspaceMark(other, 1))).toBeUndefined()
    }
  })

  it.each([undefined, '', 'made by hand', '{', '[]', '{"kindling-life": 1}', 'null'])(
    'is not in %j',
    (text) => expect(lifeInDescription(ours, text)).toBeUndefined(),
  )

  it('in part is no mark', () => {
    for (const lost of Object.keys(resourceMark(ours, 1))) {
      expect(lifeInLabels(ours, { ...resourceMark(ours, 1), [lost]: 'x' })).toBeUndefined()
    }
    for (const lost of Object.keys(workspaceMark(ours, 1))) {
      expect(lifeInObject(ours, { ...workspaceMark(ours, 1), [lost]: 'x' })).toBeUndefined()
    }
    expect(lifeInLabels(ours, undefined)).toBeUndefined()
  })
})
