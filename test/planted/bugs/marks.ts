// Mistakes with what is ours and what is not, and with the audit.
import { inFile, type PlantedBug } from '../planted-bug.ts'

const AUDIT = 'shared/domain/audit.ts'

export const markBugs: readonly PlantedBug[] = [
  {
    name: 'taken-by-name-without-a-look-at-the-mark',
    says: 'a network of our name is taken for ours, and deleted as ours',
    edits: inFile(
      'shared/steps/compute.ts',
      'if (found.description !== resource.description) {',
      'if (found.description === undefined) {',
    ),
    scenarios: ['network-of-a-stranger'],
  },
  {
    name: 'audit-deletes-by-name',
    says: 'the audit takes whatever is named like ours for ours',
    edits: inFile(
      'shared/runtime/marked-things.ts',
      'const life = lifeInDescription(identity, description)\n',
      'const life = lifeInDescription(identity, description) ?? 1\n',
    ),
    scenarios: ['busy-cluster-stays'],
  },
  {
    name: 'audit-deletes-what-is-wanted',
    says: 'the audit does not read the ledgers of clusters',
    edits: inFile(
      'shared/runtime/audit.ts',
      '    ...Array.from(clusters, (cluster) => `${clustersOf(path)}/${cluster}`),\n',
      '    ...Array.from(clusters, (cluster) => `${clustersOf(path)}/${cluster}`).slice(0, 0),\n',
    ),
    scenarios: ['busy-cluster-stays'],
  },
  {
    name: 'audit-deletes-young-things',
    says: 'the audit reads ledgers before it lists, and does not wait for a second look',
    edits: [
      ...inFile(AUDIT, 'now - sighting.since >= ORPHAN_AGE', 'now - sighting.since >= 0'),
      ...inFile(
        AUDIT,
        "return kind === 'topic' || name.endsWith(`-${life}`)",
        "return kind !== 'topic' && name.endsWith(`-${life}`)",
      ),
      ...inFile(
        AUDIT,
        'const live = ledger.filter((entry) => !isGone(entry) || wanted.has(entry.item.key))',
        "const live = ledger.filter((entry) => entry.thing.have === 'present' || wanted.has(entry.item.key) && entry.n < 0)",
      ),
    ],
    scenarios: ['launch-as-pools-go', 'launch-as-workspace-falls-asleep', 'executor-machine-lost'],
  },
  {
    name: 'orphans-stay',
    says: 'the audit sees orphans, and leaves them',
    edits: inFile(
      AUDIT,
      '  return { sightings: [...seen, ...before.filter(({ kind }) => unlisted.has(kind))], orphans }',
      '  return { sightings: [...seen, ...before.filter(({ kind }) => unlisted.has(kind))], orphans: orphans.slice(0, 0) }',
    ),
    scenarios: ['orphan-is-removed'],
  },
]
