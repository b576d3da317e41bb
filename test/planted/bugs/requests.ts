// Mistakes with requests: outcomes, ids, tombstones.
import { inFile, type PlantedBug } from '../planted-bug.ts'

export const requestBugs: readonly PlantedBug[] = [
  {
    name: 'acknowledged-before-it-is-stored',
    says: 'a request is acknowledged while it is still being stored',
    edits: inFile(
      'shared/runtime/take-request.ts',
      'if (!(error instanceof MalformedDocument)) throw error',
      'if (!(error instanceof MalformedDocument)) return undefined',
    ),
    scenarios: ['launch-new-pools'],
    modes: ['before'],
    call: 'cluster-requested',
  },
  {
    name: 'same-id-without-a-look-at-the-body',
    says: 'another message under an id that was used is taken for a repeat',
    edits: inFile(
      'shared/runtime/outcome.ts',
      'if (before.value.fingerprint === ref.fingerprint) return true',
      'if (before.value.fingerprint) return true',
    ),
    scenarios: ['same-id-other-body'],
  },
  {
    name: 'repeat-is-a-new-wish',
    says: 'a request that is delivered again is carried out again',
    edits: [
      ...inFile(
        'shared/runtime/outcome.ts',
        'if (before.value.fingerprint === ref.fingerprint) return true',
        'if (before.value.fingerprint === ref.fingerprint) return false',
      ),
      ...inFile(
        'shared/runtime/outcome.ts',
        "  return [createOf(ref.path, outcome), requestFact(ref.path, 'accepted', lifecycle)]",
        '  return [requestFact(ref.path, `accepted-${generation}`, lifecycle), createOf(`${ref.path}-${now}`, outcome)]',
      ),
    ],
    scenarios: ['restart', 'resize-up'],
    modes: ['twice', 'died', 'after'],
    call: 'cluster-change-requested',
  },
  {
    name: 'tombstone-forgotten',
    says: 'a cluster that is deleted leaves no generation behind',
    edits: inFile(
      'shared/runtime/forget-cluster.ts',
      '    before ? updateOf(before, tombstone) : createOf(place, tombstone),\n',
      '    ...(before ? [updateOf(before, tombstone)] : []),\n',
    ),
    scenarios: ['delete-cluster'],
  },
  {
    name: 'overtaken-request-not-told',
    says: 'a request that a newer one overtakes never hears of it',
    edits: inFile(
      'shared/runtime/take-down.ts',
      "return [updateOf(request, { ...request.value, is: 'superseded', by, endedAt: now })]",
      'return request.value.is ? [] : [updateOf(request, { ...request.value, by, endedAt: now })]',
    ),
    scenarios: ['resized-while-it-comes'],
  },
  {
    name: 'failed-launch-stays',
    says: 'a launch whose step has failed for good is not taken down',
    edits: inFile(
      'shared/domain/decide.ts',
      'if (fail) return { ...NOTHING, fail }',
      'if (fail && situation.now < 0) return { ...NOTHING, fail }',
    ),
    scenarios: ['launch-fails', 'workspace-fails'],
  },
]
