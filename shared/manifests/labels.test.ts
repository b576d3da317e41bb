import { describe, expect, it } from 'vitest'
import {
  carries,
  clusterMark,
  descriptionMark,
  podMark,
  resourceMark,
  selectorOf,
} from './labels.ts'

const longest = {
  account: `a${'b'.repeat(29)}`,
  workspace: `w${'x'.repeat(19)}`,
  cluster: `0${'y'.repeat(39)}`,
}

describe('the mark', () => {
  it('is legal as Kubernetes labels for the longest ids', () => {
    for (const [key, value] of Object.entries(podMark(longest, 999_999, 'executor'))) {
      expect(key).toMatch(/^[a-z.]+\/[a-z-]+$/)
      expect(value).toMatch(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/)
    }
  })

  it('is legal as labels of Google Cloud resources', () => {
    for (const [key, value] of Object.entries(resourceMark(longest, 999_999))) {
      expect(key).toMatch(/^[a-z][a-z0-9_-]{0,62}$/)
      expect(value).toMatch(/^[a-z0-9_-]{0,63}$/)
    }
  })

  it('is one fixed text where there are no labels', () => {
    expect(descriptionMark({ account: 'acme', workspace: 'prod' }, 2)).toBe(
      '{"managed-by":"kindling","kindling-account":"acme","kindling-workspace":"prod","kindling-life":"2"}',
    )
  })

  it('is carried only when every label is there', () => {
    const mark = clusterMark({ account: 'acme', workspace: 'prod', cluster: 'etl' }, 1)
    expect(carries(mark, { ...mark, more: 'yes' })).toBe(true)
    expect(carries(mark, { ...mark, 'kindling.dev/life': '2' })).toBe(false)
    expect(carries(mark, undefined)).toBe(false)
  })

  it('selects by equality', () => {
    expect(selectorOf({ a: '1', b: '2' })).toBe('a=1,b=2')
  })
})
