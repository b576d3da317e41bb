// Which less important pods make way for one that fits nowhere: on one node, as few and as unimportant as will do.
// By kube-scheduler's rules, but for disruption budgets and start times, which nothing here turns on. Pure.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { barredBy, lacking, type NodeState, type Placement } from './scheduling.ts'

export interface PlacedPod {
  readonly pod: KubernetesObject
  readonly placement: Placement
}

export interface Way {
  readonly node: NodeState
  readonly victims: readonly PlacedPod[]
}

/** `standing`: nodes with those of their pods that may go. */
export function makeWay(
  placement: Placement,
  standing: ReadonlyMap<NodeState, readonly PlacedPod[]>,
): Way | undefined {
  let best: Way | undefined
  for (const [node, pods] of standing) {
    if (barredBy(node, placement)) continue
    const lesser = pods.filter((each) => each.placement.priority < placement.priority)
    const victims = victimsOn(node, placement, lesser)
    if (!victims || victims.length === 0) continue
    if (!best || isLess(victims, best.victims)) best = { node, victims }
  }
  return best
}

/** All of them would have to go, or those that can stay are let stay, the most important first. */
function victimsOn(
  node: NodeState,
  { demand }: Placement,
  lesser: readonly PlacedPod[],
): PlacedPod[] | undefined {
  const used = { ...node.used }
  const change = ({ placement }: PlacedPod, by: 1 | -1): void => {
    for (const [name, amount] of placement.demand) used[name] = (used[name] ?? 0) + by * amount
  }
  const fits = (): boolean => lacking({ ...node, used }, demand).length === 0
  for (const each of lesser) change(each, -1)
  if (!fits()) return undefined
  return lesser
    .toSorted((a, b) => b.placement.priority - a.placement.priority)
    .filter((each) => {
      change(each, 1)
      if (fits()) return false
      change(each, -1)
      return true
    })
}

function isLess(one: readonly PlacedPod[], other: readonly PlacedPod[]): boolean {
  const rank = (victims: readonly PlacedPod[]): readonly number[] => {
    const priorities = victims.map(({ placement }) => placement.priority)
    return [
      Math.max(...priorities),
      priorities.reduce((sum, each) => sum + each, 0),
      victims.length,
    ]
  }
  const [mine, others] = [rank(one), rank(other)]
  const at = mine.findIndex((each, index) => each !== others[index])
  return at >= 0 && (mine[at] ?? 0) < (others[at] ?? 0)
}
