// Each entity is held to the deadline of its own kind, from when it set out.
import { expect, it } from 'vitest'
import { runPath } from '../../shared/domain/paths.ts'
import { minutes } from '../../shared/domain/time.ts'
import { deadlines } from '../../shared/steps/deadlines.ts'
import { arrivalWatch } from './arrivals.ts'

const WORKSPACE = 'accounts/a/workspaces/w'
const paths = {
  workspace: WORKSPACE,
  pool: `${WORKSPACE}/pools/p`,
  cluster: `${WORKSPACE}/clusters/c`,
} as const
type Kind = keyof typeof paths
type Run = Readonly<Record<string, unknown>>

function watched(kind: Kind) {
  const late: string[] = []
  const watch = arrivalWatch((path, says) => late.push(`${path} ${says}`))
  return {
    late,
    worst: watch.worst,
    look: (run: Run, now: number): void => {
      const generation = Number(run['generation'])
      const entity = { kind, generation }
      watch.look(
        new Map<string, Run>([
          [paths[kind], entity],
          [runPath(paths[kind], generation), run],
        ]),
        now,
      )
    },
  }
}

const cases = (['workspace', 'pool', 'cluster'] as const).flatMap((kind) =>
  (['up', 'down'] as const).map((direction) => [kind, direction] as const),
)

it.each(cases)(
  'a %s on its way %s is late after its own deadline, and not before',
  (kind, direction) => {
    const { look, late, worst } = watched(kind)
    const run = { generation: 1, direction, is: 'active' }
    const deadline = deadlines[kind][direction]
    look(run, 0)
    look(run, deadline)
    expect(late).toEqual([])
    look(run, deadline + minutes(1))
    const says = `is not ${direction} after ${deadline / minutes(1) + 1} minutes; its deadline is ${deadline / minutes(1)}`
    expect(late).toEqual([`${paths[kind]} ${says}`])
    expect(worst).toEqual({ [`${kind} ${direction}`]: deadline + minutes(1) })
  },
)

it('time begins anew with a new wish, with the end of a wait, and when it sets out again', () => {
  const { look, late } = watched('cluster')
  const most = deadlines.cluster.up
  look({ generation: 1, direction: 'up', is: 'waiting' }, 0)
  look({ generation: 1, direction: 'up', is: 'waiting' }, 2 * most)
  look({ generation: 1, direction: 'up', is: 'active' }, 2 * most)
  look({ generation: 1, direction: 'up', is: 'active' }, 3 * most)
  look({ generation: 2, direction: 'up', is: 'active' }, 3 * most)
  look({ generation: 2, direction: 'up', is: 'active' }, 4 * most)
  look({ generation: 2, direction: 'up', is: 'settled' }, 4 * most)
  look({ generation: 2, direction: 'up', is: 'active' }, 5 * most)
  look({ generation: 2, direction: 'up', is: 'active' }, 6 * most)
  expect(late).toEqual([])
})
