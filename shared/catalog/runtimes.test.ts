import { describe, expect, it } from 'vitest'
import { agentImage, runtime, runtimeImage, runtimes } from './runtimes.ts'

describe('runtimes', () => {
  it('are found by key and titled the way clients select them', () => {
    expect(runtime('17.3.x-scala2.13')?.title).toBe(
      '17.3 LTS (includes Apache Spark 4.0.0, Scala 2.13)',
    )
    expect(runtime('1.0.x-scala2.9')).toBeUndefined()
    expect(runtimes.some(({ scala }) => scala === '2.12')).toBe(true)
  })

  it('upgrades: images are pinned by digest in the registry of the region', () => {
    const images = runtimes.map((each) => runtimeImage(each, 'europe-west4'))
    for (const image of [...images, agentImage('europe-west4')]) {
      expect(image).toMatch(/^europe-west4-docker\.pkg\.dev\/[a-z/-]+@sha256:[0-9a-f]{64}$/)
    }
    expect(new Set(images).size).toBe(runtimes.length)
  })
})
