// What an audit makes of what it finds (protocol rule 18): which things bear our mark and stand in no ledger. Only a process
// that was frozen past its horizon leaves such a thing; names are used once, so it is never wanted again. Pure.
import { z } from 'zod'
import type { LedgerEntry } from './ledger.ts'
import type { Run } from './run.ts'
import { isGone, wantedItems } from './situation.ts'
import { Instant, minutes } from './time.ts'

/** In the order in which they can go: what stands in a network before the network. */
export const AUDITED = [
  'namespace',
  'node-pool',
  'gke-cluster',
  'topic',
  'firewall',
  'router',
  'subnet',
  'network',
] as const
export type Audited = (typeof AUDITED)[number]

const Marked = z.object({
  kind: z.enum(AUDITED),
  name: z.string(),
  /** As its mark says. */
  life: z.int().positive(),
  /** The outside's own id, which tells a thing from another of its name. */
  uid: z.string().optional(),
})
/** Something outside that bears the mark of one workspace. */
export type Marked = z.infer<typeof Marked>

/** What is in no ledger, and since when that is known. */
const Sighting = Marked.extend({ since: Instant })
export type Sighting = z.infer<typeof Sighting>

/** Kept from one audit to the next; there is no document while nothing is suspected. */
export const Suspects = z.object({ sightings: z.array(Sighting).min(1) })
export type Suspects = z.infer<typeof Suspects>

/** A thing is removed only when it was in no ledger for so long, and in two audits. */
export const ORPHAN_AGE = minutes(10)

/** One entity's ledger, with its current run. */
export interface Held {
  readonly run: Run | undefined
  readonly ledger: readonly LedgerEntry[]
}

export interface Findings {
  readonly listed: readonly Marked[]
  /** Kinds that could not be listed: nothing is known of them, so what was suspected stays so. */
  readonly unlisted: ReadonlySet<Audited>
  /** Of every entity that a listed thing may belong to; read after the listing. */
  readonly held: readonly Held[]
  readonly before: readonly Sighting[]
  readonly now: Instant
}

export interface Verdict {
  readonly sightings: readonly Sighting[]
  /** Those of them that are to be removed now, in order. */
  readonly orphans: readonly Sighting[]
}

export function judge({ listed, unlisted, held, before, now }: Findings): Verdict {
  const known = new Set(held.flatMap(namesOf))
  const suspects = listed.filter((thing) => isNamedForItsLife(thing) && !known.has(thing.name))
  const seen = suspects.map((thing): Sighting => {
    const earlier = before.find((sighting) => isSame(sighting, thing))
    return { ...thing, since: earlier?.since ?? now }
  })
  const orphans = seen
    .filter((sighting) => now - sighting.since >= ORPHAN_AGE)
    .toSorted((a, b) => AUDITED.indexOf(a.kind) - AUDITED.indexOf(b.kind))
  return { sightings: [...seen, ...before.filter(({ kind }) => unlisted.has(kind))], orphans }
}

function isSame(one: Marked, other: Marked): boolean {
  return (
    one.kind === other.kind &&
    one.name === other.name &&
    one.life === other.life &&
    one.uid === other.uid
  )
}

/** Whoever copies our labels to a thing of theirs does not give it such a name. A workspace has one topic, ever the same. */
function isNamedForItsLife({ kind, name, life }: Marked): boolean {
  return kind === 'topic' || name.endsWith(`-${life}`)
}

/** Every text in what the steps were told to make: the names are among them. */
function namesOf({ run, ledger }: Held): string[] {
  const wanted = new Set(run ? wantedItems(run).map(({ key }) => key) : [])
  // What was seen to be gone has no name any more, unless it is to be made again.
  const live = ledger.filter((entry) => !isGone(entry) || wanted.has(entry.item.key))
  return live.flatMap(({ input }) => textsIn(input))
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
