// Workspaces that come, fail to come, sleep and wake.
import { hours, minutes, seconds } from '../../../shared/domain/time.ts'
import { CLUSTER, type Loop, WORKSPACE } from '../../loop/fixture.ts'
import {
  askForWorkspace,
  comesTo,
  ended,
  launch,
  LIMIT,
  type Scenario,
  untilAuditAfter,
  workspace,
} from '../scenario.ts'
import { isAtRest } from '../whole-shape.ts'

const isHibernated: Scenario['isOver'] = async (loop) => {
  const found = await loop.entity(WORKSPACE)
  const isAsleep = found && 'hibernation' in found && found.hibernation === 'HIBERNATED'
  return isAsleep === true && isAtRest(loop.stack)
}

async function almostAsleep(loop: Loop): Promise<void> {
  await workspace(loop, { hibernateAfterHours: 1 })
  await untilAuditAfter(loop, WORKSPACE, 'emptySince', hours(1))
}

export const workspaces: readonly Scenario[] = [
  {
    name: 'workspace-create',
    begin: async () => undefined,
    act: (loop) => askForWorkspace(loop),
    isOver: comesTo(WORKSPACE, 'RUNNING'),
  },
  {
    name: 'workspace-fails',
    async begin(loop) {
      await loop.stack.faults.set('operation-fails', { type: 'CREATE_CLUSTER', times: 100 })
    },
    act: (loop) => askForWorkspace(loop),
    isOver: comesTo(WORKSPACE, 'FAILED'),
  },
  {
    name: 'workspace-forbidden',
    begin: async ({ stack }) =>
      void (await stack.faults.set('permission-denied', {
        permission: 'container.clusters.create',
      })),
    act: (loop) => askForWorkspace(loop),
    isOver: comesTo(WORKSPACE, 'FAILED'),
  },
  {
    name: 'hibernate',
    begin: almostAsleep,
    act: async () => undefined,
    isOver: isHibernated,
  },
  {
    name: 'wake',
    async begin(loop) {
      await almostAsleep(loop)
      await loop.clock.until('it sleeps', () => isHibernated(loop), LIMIT)
      await loop.clock.advance(minutes(1))
    },
    act: (loop) => launch(loop),
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'launch-as-workspace-falls-asleep',
    // A request that is taken in late finds it asleep, and wakes it: with another GKE cluster, as that is what sleep gave up.
    mayGoMeanwhile: (name) => name.includes('/clusters/'),
    begin: almostAsleep,
    async act(loop) {
      await loop.clock.advance(seconds(45))
      await launch(loop)
    },
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'launch-after-workspace-fell-asleep',
    begin: almostAsleep,
    async act(loop) {
      await loop.clock.advance(seconds(66))
      await launch(loop)
    },
    isOver: comesTo(CLUSTER, 'RUNNING'),
  },
  {
    name: 'sleeps-before-its-pools',
    async begin(loop) {
      await ended(loop, { hibernateAfterHours: 1, poolIdleHours: 0 })
      await untilAuditAfter(loop, WORKSPACE, 'emptySince', hours(1))
      await loop.clock.until('it sleeps', () => isHibernated(loop), LIMIT)
    },
    act: (loop) => launch(loop, 'second'),
    isOver: comesTo(`${WORKSPACE}/clusters/second`, 'RUNNING'),
  },
]
