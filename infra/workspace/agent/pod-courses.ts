// How the pods of a cluster came up, a few of them for all: what a launch of any size can be drawn from. Pure.
import { COURSES_MAX, type PodCourse } from '../../../events/pod-snapshot.ts'
import type { Instant } from '../../../shared/domain/time.ts'
import type { PodFact } from './pod-fact.ts'

type Ready = PodFact & { readonly createdAt: Instant; readonly readyAt: Instant }

/** The driver's, then those of executors evenly chosen by when they were ready: the first and the last among them. */
export function coursesOf(
  facts: readonly PodFact[],
  nodeReadyAt: (node: string) => Instant | undefined,
): PodCourse[] {
  const ready = facts.filter(isReady).toSorted((a, b) => a.readyAt - b.readyAt)
  const drivers = ready.filter(({ role }) => role === 'driver').slice(-1)
  const executors = ready.filter(({ role }) => role === 'executor')
  return [...drivers, ...evenly(executors, COURSES_MAX - 1)].map((fact) =>
    courseOf(fact, fact.node === undefined ? undefined : nodeReadyAt(fact.node)),
  )
}

function isReady(fact: PodFact): fact is Ready {
  return fact.state === 'ready' && fact.createdAt !== undefined && fact.readyAt !== undefined
}

function evenly<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items]
  const step = (items.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, at) => items[Math.round(at * step)]).flatMap(
    (item) => item ?? [],
  )
}

function courseOf(fact: Ready, nodeReadyAt: Instant | undefined): PodCourse {
  const { name, createdAt, scheduledAt, startedAt, readyAt } = fact
  return {
    pod: name,
    createdAt,
    ...(nodeReadyAt === undefined ? {} : { nodeReadyAt }),
    ...(scheduledAt === undefined ? {} : { scheduledAt }),
    ...(startedAt === undefined ? {} : { imagePulledAt: startedAt }),
    readyAt,
  }
}
