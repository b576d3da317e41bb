// Clusters, pools and workspaces that go: asked for, unused, or with all that is in them.
import { hours, minutes } from '../../../shared/domain/time.ts'
import { CLUSTER, event, type Loop, WORKSPACE } from '../../loop/fixture.ts'
import {
  askForWorkspace,
  change,
  comesTo,
  ended,
  launch,
  running,
  type Scenario,
  untilAuditAfter,
} from '../scenario.ts'
import { isAtRest } from '../whole-shape.ts'

/** Minutes without work. */
const IDLE = 10
const POOL = `${WORKSPACE}/pools/n2-standard-8`

const removeWorkspace = async ({ stack }: Loop): Promise<void> => {
  const wanted = { change: { action: 'delete', force: true } }
  const text = event('workspace-change-requested', 'remove', wanted)
  await stack.publish('workspace-change-requested', text)
}

const isGone: Scenario['isOver'] = async (loop) =>
  !(await loop.entity(CLUSTER)) && isAtRest(loop.stack)

export const ends: readonly Scenario[] = [
  {
    name: 'terminate',
    begin: (loop) => running(loop),
    act: (loop) => change(loop, 'end', { action: 'terminate' }),
    isOver: comesTo(CLUSTER, 'TERMINATED'),
  },
  {
    name: 'idle-end',
    async begin(loop) {
      await running(loop, { autoterminationMinutes: IDLE })
      await loop.clock.advance(minutes(IDLE - 1))
    },
    act: async () => undefined,
    isOver: comesTo(CLUSTER, 'TERMINATED'),
  },
  {
    name: 'delete-cluster',
    begin: (loop) => running(loop),
    act: (loop) => change(loop, 'forget', { action: 'delete' }),
    isOver: isGone,
  },
  {
    name: 'delete-workspace-with-cluster',
    begin: (loop) => running(loop),
    act: removeWorkspace,
    isOver: comesTo(WORKSPACE, 'NOT_PROVISIONED'),
  },
  {
    name: 'delete-workspace-while-it-comes',
    async begin(loop) {
      await askForWorkspace(loop)
      await loop.clock.advance(minutes(1))
    },
    act: removeWorkspace,
    isOver: comesTo(WORKSPACE, 'NOT_PROVISIONED'),
  },
  {
    name: 'pools-unused',
    async begin(loop) {
      await ended(loop, { poolIdleHours: 1 })
      await untilAuditAfter(loop, POOL, 'unusedSince', hours(1))
    },
    act: async () => undefined,
    isOver: comesTo(POOL, 'RETIRED'),
  },
  {
    name: 'launch-as-pools-go',
    async begin(loop) {
      await ended(loop, { poolIdleHours: 1 })
      await untilAuditAfter(loop, POOL, 'unusedSince', hours(1))
    },
    async act(loop) {
      await loop.clock.advance(minutes(1))
      await launch(loop, 'second')
    },
    isOver: comesTo(`${WORKSPACE}/clusters/second`, 'RUNNING'),
  },
]
