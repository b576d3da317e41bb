// The picture of a launch: what it must show, that it is well-formed and self-contained, and that it stays readable at any size.
import { expect, describe, it } from 'vitest'
import type { PodCourse } from '../../../events/pod-snapshot.ts'
import type { Phase } from '../../../shared/domain/timeline.ts'
import { type LaunchPicture, launchPicture } from './launch-picture.ts'

const phase = (step: string, from: number, to: number, ...waitedFor: string[]): Phase => ({
  step,
  title: step,
  startedAt: from,
  endedAt: to,
  waitedFor,
  own: step !== 'nodes',
})
const course = (pod: string, createdAt = 500): PodCourse => ({
  pod,
  createdAt,
  nodeReadyAt: 20_000,
  scheduledAt: 20_100,
  imagePulledAt: 25_000,
  readyAt: 27_000,
})

function launch(batches: number, more: Partial<LaunchPicture> = {}): LaunchPicture {
  const made = Array.from({ length: batches }, (_, at) =>
    phase(`executors-${String(at + 1).padStart(3, '0')}`, 200, 500 + at, 'namespace'),
  )
  const nodes = phase('nodes', 500, 20_000, ...made.map(({ step }) => step))
  return {
    name: 'analytics/etl',
    executors: batches * 50,
    span: { startedAt: 0, endedAt: 27_000 },
    phases: [phase('namespace', 0, 150), ...made, nodes],
    courses: [course('driver-1'), course('executor-0001-1')],
    ...more,
  }
}

/** Elements by name, of a text that must be one well-formed element with nothing around it. */
function elements(svg: string): string[] {
  const open: string[] = []
  const names: string[] = []
  for (const [, slash, name = '', rest = ''] of svg.matchAll(/<(\/?)([a-z]+)([^>]*)>/g)) {
    if (!slash) names.push(name)
    if (!slash && !rest.endsWith('/')) open.push(name)
    if (slash && open.pop() !== name) throw new Error(`</${name}> ends what it did not begin`)
  }
  expect(open).toEqual([])
  return names
}

const heightOf = (svg: string): number => Number(/height="(\d+)"/.exec(svg)?.[1])

describe('the picture of a launch', () => {
  it('has a bar for each phase, each stage of a pod and each part of the critical path, and hops between', () => {
    const names = elements(launchPicture(launch(1)))
    const count = (name: string): number => names.filter((each) => each === name).length
    const legend = 6
    const paper = 1
    const phases = 3
    const pods = 2 * 4
    const path = 5
    expect(count('rect')).toBe(legend + paper + phases + pods + path)
    expect(count('path')).toBe(2)
  })

  it('says how long it took, and the critical path in words', () => {
    const svg = launchPicture(launch(1))
    expect(svg).toContain('Launch of analytics/etl: 50 executors in 27.0 s')
    expect(svg).toMatch(/<desc>Critical path: namespace 150 ms, .*nodes 19\.5 s/)
  })

  it('is as high for twenty batches as for one', () => {
    expect(heightOf(launchPicture(launch(20)))).toBe(heightOf(launchPicture(launch(1))))
    expect(launchPicture(launch(20))).toContain('executors, 20 batches')
  })

  it('marks a batch on the critical path on the row of all', () => {
    expect(launchPicture(launch(3))).toMatch(/font-weight="600">executors, 3 batches/)
  })

  it('says for how many the drawn pods stand', () => {
    expect(launchPicture(launch(20))).toContain('2 of 1,001 pods on their nodes')
  })

  it('leaves out pods that came after the launch, and draws one that has no pods', () => {
    const late = launchPicture(launch(1, { courses: [course('late-1', 99_000)] }))
    expect(late).not.toContain('late-1')
    expect(late).toBe(launchPicture(launch(1, { courses: [] })))
  })

  it('of nothing at all is still a picture', () => {
    const nothing = { phases: [], courses: [], span: { startedAt: 5, endedAt: 5 } }
    expect(elements(launchPicture(launch(0, nothing)))[0]).toBe('svg')
  })

  it('lets no name break out of it, and loads nothing from elsewhere', () => {
    const name = '"><script>alert(1)</script>&\u0007'
    const svg = launchPicture(launch(1, { name, courses: [course(name)] }))
    expect(elements(svg)).not.toContain('script')
    expect(svg).toContain('&lt;script&gt;')
    expect(svg).not.toContain('\u0007')
    expect(svg).not.toMatch(/href|url\(|@import/)
  })
})
