// GKE's autoscaler says that it could not bring nodes: a stock-out, long before anything times out (GCP facts 1.10). What it
// says is kept beside the pool as a level, told to the clusters that use the pool, and decides nothing.
import { z } from 'zod'
import { entityPath, entityRef, ledgerOf, poolsOf, scaleUpPath, usesOf } from '../domain/paths.ts'
import { LedgerEntry } from '../domain/ledger.ts'
import { WorkspaceEntity } from '../domain/entity.ts'
import { Use } from '../domain/records.ts'
import {
  BlockCode,
  type ScaleUpBlock,
  ScaleUpObservation,
  withBlock,
} from '../domain/scale-up-block.ts'
import type { World } from '../ports.ts'
import { InstanceGroups } from '../steps/node-pool.ts'
import { reasonInWords } from '../steps/google-reason.ts'
import { advance } from './advance.ts'
import { orPark } from './park.ts'
import { createOf, parseStored, read, readAll, readReadable, updateOf } from './stored.ts'

const Label = z.string().max(300)
const ErrorMsg = z.object({
  messageId: z.string().max(256),
  parameters: z.array(z.string().max(512)).max(100).default([]),
})

/** The parts of the autoscaler's log that are read; everything else is Google's to change. */
const LogEntry = z.object({
  timestamp: z.iso.datetime({ offset: true }),
  resource: z.object({ labels: z.object({ project_id: Label, cluster_name: Label }) }),
  jsonPayload: z.object({
    resultInfo: z
      .object({ results: z.array(z.object({ errorMsg: ErrorMsg.optional() })) })
      .optional(),
    noDecisionStatus: z
      .object({
        noScaleUp: z
          .object({
            unhandledPodGroups: z.array(
              z.object({
                rejectedMigs: z
                  .array(
                    z.object({
                      mig: z.object({ name: Label.optional(), nodepool: Label.optional() }),
                      reason: ErrorMsg,
                    }),
                  )
                  .default([]),
              }),
            ),
          })
          .optional(),
      })
      .optional(),
  }),
})
type LogEntry = z.infer<typeof LogEntry>

/** Why a group that could take the pods gets no more nodes; others could not take them, or are left alone for a while. */
const IS_FULL = /max\.node\.group\.size|no\.scale\.up\.mig\.max|quota|limit/

/** What is left of an empty node of this group is not enough for the pod: as GKE words it, and as its parameters do. */
const IS_TOO_LARGE = /failing\.predicate.*(resources|Insufficient)/

interface Said {
  /** Of an instance group, or of a node pool. */
  readonly name: string
  readonly text: string
}

/** Entries of other kinds mean nothing here, nor do clusters of others. */
export async function scaleUpBlocked(world: World, text: string): Promise<void> {
  const entry = LogEntry.safeParse(parseOrNothing(text))
  if (!entry.success) return
  const said = whatIsSaid(entry.data)
  if (said.length === 0) return
  const { project_id: project, cluster_name: gkeCluster } = entry.data.resource.labels
  for (const document of await world.store.find({ find: 'workspace-of', gkeCluster })) {
    await orPark(world, async () => {
      const { value } = parseStored(WorkspaceEntity, document)
      if (value.spec.project === project) await keepAll(world, document.path, said, entry.data)
    })
  }
}

function whatIsSaid({ jsonPayload: { resultInfo, noDecisionStatus } }: LogEntry): Said[] {
  const failed = (resultInfo?.results ?? []).flatMap(({ errorMsg }) => {
    if (!errorMsg?.messageId.startsWith('scale.up.error')) return []
    return errorMsg.parameters.map((name) => ({ name, text: errorMsg.messageId }))
  })
  const groups = noDecisionStatus?.noScaleUp?.unhandledPodGroups ?? []
  const full = groups.flatMap(({ rejectedMigs }) =>
    rejectedMigs.flatMap(({ mig, reason }) => {
      const name = mig.name ?? mig.nodepool
      const text = [reason.messageId, ...reason.parameters].join(' ')
      const isMeant = IS_FULL.test(reason.messageId) || IS_TOO_LARGE.test(text)
      return name && isMeant ? [{ name, text }] : []
    }),
  )
  return [...failed, ...full]
}

async function keepAll(
  world: World,
  workspace: string,
  said: readonly Said[],
  entry: LogEntry,
): Promise<void> {
  const at = Date.parse(entry.timestamp)
  const pools = await world.store.list(poolsOf(workspace))
  for (const pool of pools) {
    await orPark(world, () => keepOf(world, pool.path, said, at))
  }
}

async function keepOf(
  world: World,
  pool: string,
  said: readonly Said[],
  at: number,
): Promise<void> {
  const groups = await groupsOf(world, pool)
  const blocks = said.flatMap(({ name, text }): ScaleUpBlock[] => {
    const its = groups.find(({ nodePool, zones }) => nodePool === name || zones[name])
    if (!its) return []
    const zone = its.zones[name]
    const code = codeOf(text)
    return [{ code, message: text, at, ...(zone === undefined ? {} : { zone }) }]
  })
  if (blocks.length > 0 && (await keep(world, pool, blocks))) {
    await tellUsers(world, pool)
  }
}

function codeOf(text: string): BlockCode {
  if (IS_TOO_LARGE.test(text)) return 'POD_SCHEDULING_FAILURE'
  return BlockCode.safeParse(reasonInWords(text)?.code).data ?? 'K8S_AUTOSCALING_FAILURE'
}

/** What the pool is made of, one of each of its shards, as their steps saw it. */
async function groupsOf(world: World, pool: string): Promise<InstanceGroups[]> {
  const entries = await readAll(world.store, ledgerOf(pool), LedgerEntry)
  return entries.flatMap(({ value: { thing } }) => {
    const made = InstanceGroups.safeParse(thing.have === 'present' ? thing.output : undefined)
    return made.success ? [made.data] : []
  })
}

/** Whether this is news. Refused: another entry was first; the autoscaler says it again when it tries again. */
async function keep(world: World, pool: string, news: readonly ScaleUpBlock[]): Promise<boolean> {
  const path = scaleUpPath(pool)
  const before = await read(world.store, path, ScaleUpObservation)
  const known = before?.value.blocks ?? []
  const blocks = news.reduce(withBlock, known)
  if (blocks === known) return false
  const observation: ScaleUpObservation = { pool, blocks: [...blocks] }
  return world.store.commit([before ? updateOf(before, observation) : createOf(path, observation)])
}

async function tellUsers(world: World, pool: string): Promise<void> {
  const ref = entityRef(pool)
  if (!ref) return
  const { account, workspace } = ref
  const { readable } = await readReadable(world.store, usesOf(pool), Use)
  const users = readable.map(({ value: { cluster } }) =>
    entityPath({ kind: 'cluster', account, workspace, cluster }),
  )
  await Promise.all(users.map((path) => orPark(world, () => advance(world, path))))
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
