import { describe, expect, it } from 'vitest'
import {
  clusterPlan,
  entryOf,
  itemOf,
  NOW,
  openClaim,
  runOf,
  workspaceItems,
  workspaceSubject,
} from '../../test/situations.ts'
import { type Findings, judge, type Marked, ORPHAN_AGE, type Sighting } from './audit.ts'
import type { LedgerEntry } from './ledger.ts'

const NETWORK: Marked = { kind: 'network', name: 'kdl-analytics-x-net-1', life: 1, uid: '17' }
const seenAt = (thing: Marked, since: number): Sighting => ({ ...thing, since })

function found(more: Partial<Findings>): Findings {
  return { listed: [NETWORK], unlisted: new Set(), held: [], before: [], now: NOW, ...more }
}

/** What a step was told to make, as the ledger keeps it. */
function making(name: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const input = { collection: 'networks', resource: { name, description: '{}' } }
  return entryOf(itemOf('network', 1), 'present', { input, ...more })
}
const up = runOf({ subject: workspaceSubject, items: workspaceItems(1) })
const down = runOf({ subject: workspaceSubject, items: [] }, { direction: 'down' })

const known = (entry: LedgerEntry, run = up): boolean =>
  judge(found({ held: [{ run, ledger: [entry] }] })).sightings.length === 0

describe('what bears our mark and is in no ledger', () => {
  it('is suspected when it is first seen, and an orphan when it is seen again ten minutes later', () => {
    const first = judge(found({}))
    expect(first).toEqual({ sightings: [seenAt(NETWORK, NOW)], orphans: [] })
    const soon = judge(found({ before: first.sightings, now: NOW + ORPHAN_AGE - 1 }))
    expect(soon).toEqual({ sightings: first.sightings, orphans: [] })
    const later = judge(found({ before: first.sightings, now: NOW + ORPHAN_AGE }))
    expect(later).toEqual({ sightings: first.sightings, orphans: first.sightings })
  })

  it('is forgotten once it is not there any more', () => {
    const before = [seenAt(NETWORK, NOW - ORPHAN_AGE)]
    expect(judge(found({ listed: [], before }))).toEqual({ sightings: [], orphans: [] })
  })

  it('stays suspected, and stays, while its kind cannot be listed', () => {
    const before = [seenAt(NETWORK, NOW - ORPHAN_AGE)]
    const unlisted = new Set(['network'] as const)
    expect(judge(found({ listed: [], unlisted, before }))).toEqual({
      sightings: before,
      orphans: [],
    })
  })

  it('counts anew when another thing has its name', () => {
    const before = [seenAt(NETWORK, NOW - ORPHAN_AGE)]
    const other = { ...NETWORK, uid: '18' }
    expect(judge(found({ listed: [other], before }))).toEqual({
      sightings: [seenAt(other, NOW)],
      orphans: [],
    })
  })

  it('goes in an order that can work: what stands in a network before the network', () => {
    const kinds = ['network', 'subnet', 'firewall', 'gke-cluster', 'namespace'] as const
    const listed = kinds.map((kind): Marked => ({ kind, name: `${kind}-1`, life: 1 }))
    const before = listed.map((thing) => seenAt(thing, NOW - ORPHAN_AGE))
    const { orphans } = judge(found({ listed, before }))
    expect(orphans.map(({ kind }) => kind)).toEqual([
      'namespace',
      'gke-cluster',
      'firewall',
      'subnet',
      'network',
    ])
  })

  it('and does not have the name that its mark would give it, is left alone: labels are easily copied', () => {
    const listed = [{ ...NETWORK, name: 'production' }]
    expect(judge(found({ listed })).sightings).toEqual([])
    const topic: Marked = { kind: 'topic', name: 'pod-snapshot-analytics.acme', life: 1 }
    expect(judge(found({ listed: [topic] })).sightings).toHaveLength(1)
  })
})

describe('what is in a ledger', () => {
  it('is no orphan, whatever is known of it', () => {
    for (const have of ['coming', 'present', 'leaving', 'unknown'] as const) {
      expect(known(making(NETWORK.name, { thing: { have } as LedgerEntry['thing'] }))).toBe(true)
      expect(known(making(NETWORK.name, { thing: { have } as LedgerEntry['thing'] }), down)).toBe(
        true,
      )
    }
  })

  it('by another name does not count', () => {
    expect(known(making('kdl-analytics-x-net-2'))).toBe(false)
  })

  it('as gone counts only while it is to be made again, or somebody works on it', () => {
    const absent = { have: 'absent' } as const
    expect(known(making(NETWORK.name, { thing: absent }))).toBe(true)
    expect(known(making(NETWORK.name, { thing: absent }), down)).toBe(false)
    expect(known(making(NETWORK.name, { thing: absent, claim: openClaim }), down)).toBe(true)
  })

  it('of any entity of the workspace counts', () => {
    const space: Marked = { kind: 'namespace', name: 'kdl-etl-x-1', life: 1, uid: 'u' }
    const input = { objects: [{ kind: 'Namespace', metadata: { name: space.name } }] }
    const entry = entryOf(itemOf('namespace', 1), 'present', { input })
    const held = [
      { run: up, ledger: [] },
      { run: runOf(clusterPlan(1, 1)), ledger: [entry] },
    ]
    expect(judge(found({ listed: [space], held })).sightings).toEqual([])
  })
})
