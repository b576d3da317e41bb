// A running cluster that is wanted otherwise, on values: another number of executors, or a restart.
import { wishOfChange } from '../shared/domain/cluster-wish.ts'
import { Entity } from '../shared/domain/entity.ts'
import type { PlanItem } from '../shared/domain/plan.ts'
import { wantedItems, type Situation } from '../shared/domain/situation.ts'
import { withStatus } from '../shared/domain/status.ts'
import { clusterItems, clusterSubject, runOf } from './situations.ts'

export type Change = 'restart' | 'more' | 'fewer'

/** The next generation, or the situation as it is where the change changes nothing. */
export function changed(situation: Situation, change: Change, most: number): Situation {
  const { entity, run, now } = situation
  if (entity.kind !== 'cluster' || entity.want === 'down' || run.is === 'waiting') return situation
  const count = change === 'more' ? most : 1
  const wish = wishOfChange(
    entity,
    change === 'restart' ? { action: 'restart' } : { action: 'resize', executors: { count } },
  )
  if (wish.is !== 'up') return situation
  const generation = entity.generation + 1
  const epoch = wish.isStart ? generation : entity.epoch
  const items = itemsOf(wantedItems(run), wish.spec.executors.count, generation, wish.isStart)
  const plan = { subject: { ...clusterSubject(wish.spec.executors.count), epoch }, items }
  const next = { spec: wish.spec, epoch, generation }
  return {
    ...situation,
    entity: Entity.parse({ ...withStatus(entity, wish.status, now), ...next }),
    run: runOf(plan, { generation, createdAt: now }),
  }
}

/** As `plan` makes them: a start gives driver and executors a new life, everything else is brought up to date. */
function itemsOf(
  before: readonly PlanItem[],
  count: number,
  generation: number,
  isStart: boolean,
): PlanItem[] {
  const items = clusterItems(count, generation).map((item) => {
    const kept = before.find(({ step, index }) => step === item.step && index === item.index)
    const isAnew = isStart && (item.step === 'driver' || item.step === 'executors')
    return kept && !isAnew ? { ...kept, revision: generation } : item
  })
  const namespace = items.find(({ step }) => step === 'namespace')?.key
  return items.map((item) => ({
    ...item,
    after: item.after.length > 0 && namespace ? [namespace] : [],
  }))
}
