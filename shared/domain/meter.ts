// The meter: node-milliseconds by cluster, pool and shape, from when a node was ready to when it was gone. The agent adds
// them up as it looks and hands on the sums, so a report that is lost, doubled or late neither loses nor doubles time; the
// store keeps the newest sums of each GKE cluster's life. Pure.
import { z } from 'zod'
import { Instant, minutes } from './time.ts'

const Milliseconds = z.int().nonnegative()

export const MeterLine = z.object({
  pool: z.string(),
  machineType: z.string(),
  spot: z.boolean(),
  /** Whose pods stood on the nodes; absent for nodes of the system pool, for empty ones and for warm ones. */
  cluster: z.string().optional(),
  /** A placeholder stood on them. */
  warm: z.literal(true).optional(),
  nodeMs: Milliseconds,
  /** Of nodeMs: while the cluster was known to run no job and hold no session. */
  idleMs: Milliseconds,
})
export type MeterLine = z.infer<typeof MeterLine>

/** What one agent after another has added up since its GKE cluster was made. */
export const MeterLevel = z.object({
  /** Tells one GKE cluster's sums from those of the next. */
  life: z.string(),
  seenAt: Instant,
  /** How long the GKE cluster was seen to stand. */
  gkeMs: Milliseconds,
  /** Node time that nobody watched, or that a clock jumped over: charged to nobody. */
  unseenMs: Milliseconds,
  lines: z.array(MeterLine),
  /** Nodes that were there at `seenAt`, by the first letters of their uid. */
  nodes: z.array(z.string()),
})
export type MeterLevel = z.infer<typeof MeterLevel>

/** What is stored of a workspace: the newest level, and the sums of the GKE clusters before. */
export const Meter = z.object({
  newest: MeterLevel,
  past: z.object({ gkeMs: Milliseconds, unseenMs: Milliseconds, lines: z.array(MeterLine) }),
})
export type Meter = z.infer<typeof Meter>

export interface MeteredNode {
  readonly uid: string
  readonly name: string
  readonly pool: string
  readonly machineType: string
  readonly spot: boolean
  readonly readyAt: Instant
}

/** Whom a node serves now. `idle`: known to have no work; unknown is not idle. */
export type Serves = { readonly cluster: string; readonly idle: boolean } | { readonly warm: true }

export interface NodeTally {
  /** The node is there, and has been ready since it says. */
  there(node: MeteredNode, now: Instant): void
  gone(uid: string, now: Instant): void
  /** Of all nodes only these are there; when the others went is not known, so they end when they were last seen. */
  only(uids: ReadonlySet<string>): void
  look(now: Instant, servesWhom: (node: string) => Serves | undefined): void
  level(now: Instant): MeterLevel
}

/** Time between two looks that is longer than this was not watched. */
const WATCHED = minutes(10)
const SHORT = 8

interface Standing {
  readonly node: MeteredNode
  serves: Serves | undefined
  countedTo: Instant
}

/** `from`: what the agent before has handed on. */
export function nodeTally(life: string, from?: MeterLevel): NodeTally {
  const lines = new Map<string, MeterLine>()
  for (const line of from?.lines ?? []) lines.set(keyOf(line), { ...line })
  const before = new Set(from?.nodes)
  const standing = new Map<string, Standing>()
  let gkeMs = from?.gkeMs ?? 0
  let unseenMs = from?.unseenMs ?? 0
  let gkeTo = from?.seenAt

  function lineOf({ node, serves }: Standing): MeterLine {
    const { pool, machineType, spot } = node
    const what = { pool, machineType, spot, ...forWhom(serves) }
    const line = lines.get(keyOf(what)) ?? { ...what, nodeMs: 0, idleMs: 0 }
    lines.set(keyOf(what), line)
    return line
  }

  function count(each: Standing, until: Instant): void {
    const elapsed = until - each.countedTo
    // A clock that went back counts on from where it is.
    each.countedTo = until
    if (elapsed <= 0) return
    if (elapsed > WATCHED) {
      unseenMs += elapsed
      return
    }
    const line = lineOf(each)
    line.nodeMs += elapsed
    if (each.serves && 'idle' in each.serves && each.serves.idle) line.idleMs += elapsed
  }

  function countGke(now: Instant): void {
    const elapsed = now - (gkeTo ?? now)
    gkeTo = now
    if (elapsed > 0 && elapsed <= WATCHED) gkeMs += elapsed
  }

  return {
    there(node, now) {
      if (standing.has(node.uid)) return
      const wasThere = before.delete(node.uid.slice(0, SHORT))
      const since = Math.min(node.readyAt, now)
      const countedTo = wasThere && from ? from.seenAt : since
      standing.set(node.uid, { node, serves: undefined, countedTo })
      gkeTo ??= Math.max(since, now - WATCHED)
    },
    gone(uid, now) {
      const each = standing.get(uid)
      if (each) count(each, now)
      standing.delete(uid)
    },
    only(uids) {
      for (const uid of standing.keys()) if (!uids.has(uid)) standing.delete(uid)
    },
    look(now, servesWhom) {
      countGke(now)
      for (const each of standing.values()) {
        const serves = servesWhom(each.node.name)
        // The time before its first pod is that of whom it was brought for.
        each.serves ??= serves
        count(each, now)
        each.serves = serves
      }
    },
    level: (now) => ({
      life,
      seenAt: now,
      gkeMs,
      unseenMs,
      lines: Array.from(lines.values(), (line) => ({ ...line })),
      nodes: Array.from(standing.keys(), (uid) => uid.slice(0, SHORT)).toSorted(),
    }),
  }
}

function forWhom(serves: Serves | undefined): Pick<MeterLine, 'cluster' | 'warm'> {
  if (!serves) return {}
  return 'warm' in serves ? { warm: true } : { cluster: serves.cluster }
}

/** The stored meter with a level taken in, or undefined where the level says nothing new. */
export function takeIn(before: Meter | undefined, level: MeterLevel): Meter | undefined {
  if (!before) return { newest: level, past: { gkeMs: 0, unseenMs: 0, lines: [] } }
  const { newest, past } = before
  if (newest.life === level.life) {
    // Sums only grow, whatever clocks do: the larger one is the newer.
    return sumOf(level) > sumOf(newest) ? { newest: level, past } : undefined
  }
  return {
    newest: level,
    past: {
      gkeMs: past.gkeMs + newest.gkeMs,
      unseenMs: past.unseenMs + newest.unseenMs,
      lines: addedUp([...past.lines, ...newest.lines]),
    },
  }
}

/** All lines of a meter, each shape and cluster once. */
export function allLines({ newest, past }: Meter): MeterLine[] {
  return addedUp([...past.lines, ...newest.lines])
}

function addedUp(lines: readonly MeterLine[]): MeterLine[] {
  const sums = new Map<string, MeterLine>()
  for (const line of lines) {
    const sum = sums.get(keyOf(line))
    if (!sum) sums.set(keyOf(line), { ...line })
    else {
      sum.nodeMs += line.nodeMs
      sum.idleMs += line.idleMs
    }
  }
  return [...sums.values()]
}

function sumOf({ gkeMs, unseenMs, lines }: MeterLevel): number {
  return lines.reduce((sum, { nodeMs }) => sum + nodeMs, gkeMs + unseenMs)
}

function keyOf(line: Omit<MeterLine, 'nodeMs' | 'idleMs'>): string {
  const { pool, machineType, spot, cluster = null, warm = false } = line
  return JSON.stringify([pool, machineType, spot, cluster, warm])
}
