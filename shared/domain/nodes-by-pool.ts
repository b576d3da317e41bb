// How many machines clusters take of which pool: what pre-flight counts with. Pure.
import type { ClusterSpec, Shape } from './entity.ts'
import { poolOf, shapesOf } from './pool.ts'

/** Machines by the pool that they come from. */
export type Nodes = ReadonlyMap<string, { readonly shape: Shape; readonly count: number }>

export function nodesOf(spec: ClusterSpec): Nodes {
  const { driver, executor } = shapesOf(spec)
  const one = new Map([[poolOf(driver), { shape: driver, count: 1 }]])
  return sumOf([
    one,
    new Map([[poolOf(executor), { shape: executor, count: spec.executors.count }]]),
  ])
}

export function sumOf(all: readonly Nodes[]): Nodes {
  const sum = new Map<string, { shape: Shape; count: number }>()
  for (const [pool, { shape, count }] of all.flatMap((nodes) => [...nodes])) {
    sum.set(pool, { shape, count: count + countOf(sum, pool) })
  }
  return sum
}

/** What is left of nodes without others; never less than none. */
export function without(nodes: Nodes, others: Nodes): Nodes {
  return new Map(
    Array.from(nodes, ([pool, { shape, count }]) => [
      pool,
      { shape, count: Math.max(0, count - countOf(others, pool)) },
    ]),
  )
}

export const countOf = (nodes: Nodes, pool: string): number => nodes.get(pool)?.count ?? 0
export const total = (nodes: Nodes): number =>
  [...nodes.values()].reduce((sum, { count }) => sum + count, 0)
