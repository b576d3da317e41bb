// Mistakes with claims, clean looks and what an attempt makes of what it saw.
import { inFile, type PlantedBug } from '../planted-bug.ts'

const LEDGER = 'shared/domain/ledger.ts'
const FAILURES = 'shared/runtime/failures.ts'

export const claimBugs: readonly PlantedBug[] = [
  {
    name: 'no-claim',
    says: 'whoever comes takes the claim, however old its number is',
    edits: inFile(
      LEDGER,
      'if (entry && (entry.n >= n || entry.g > g)) return undefined',
      'if (entry && entry.g > g) return undefined',
    ),
    scenarios: ['launch-rate-limited'],
    modes: ['hung'],
    call: 'step-due: store.transaction',
  },
  {
    name: 'no-fence',
    says: 'an attempt of a generation that is over may still take its claim',
    edits: [
      ...inFile(
        'shared/runtime/claim.ts',
        "if (run?.value.is !== 'active') return undefined\n",
        "if (!run || !('plan' in run.value) || !run.value.plan) return undefined\n",
      ),
      ...inFile(
        'shared/runtime/claim.ts',
        "if (run.is !== 'active' || run.direction === 'down') return undefined",
        "if (!('plan' in run) || !run.plan || run.direction === 'down') return undefined",
      ),
    ],
    scenarios: ['launch-fails'],
    modes: ['hung'],
    call: 'step-due: store.transaction',
  },
  {
    name: 'zombie-until-not-kept',
    says: 'a claim that is taken over leaves no horizon',
    edits: inFile(
      LEDGER,
      '? Math.max(entry.zombieUntil, entry.claim.effectUntil)',
      '? entry.zombieUntil',
    ),
    scenarios: ['launch-fails', 'launch-new-pools', 'delete-workspace-while-it-comes'],
    modes: ['hung'],
  },
  {
    name: 'lease-by-the-machines-clock',
    says: 'whether a claim has run out is judged by the clock of the machine that looks',
    edits: inFile(
      'shared/runtime/advance.ts',
      'const moment = await readMoment(world.store, path, hinted)\n    if (!moment) break\n',
      'const moment = await readMoment(world.store, path, hinted)\n    if (!moment) break\n    Object.assign(moment.situation, { now: world.clock.now() })\n',
    ),
    scenarios: [],
  },
  {
    name: 'final-without-a-clean-look',
    says: 'what is seen while an earlier hand may still act is taken for final',
    edits: inFile(
      LEDGER,
      "thing: final && !clean ? { have: 'unknown' } : outcome.thing,",
      'thing: outcome.thing,',
    ),
    scenarios: ['launch-fails', 'launch-new-pools', 'delete-workspace-while-it-comes'],
    modes: ['hung'],
  },
  {
    name: 'a-cut-off-call-is-over',
    says: 'a call that timed out is taken to have no effect any more',
    edits: inFile(
      LEDGER,
      'const zombieUntil = outcome.mayStillAct ? now + record.effectWindow : entry.zombieUntil',
      'const { zombieUntil } = entry',
    ),
    scenarios: ['launch-fails'],
    modes: ['late'],
    call: 'kubernetes.create',
  },
  {
    name: 'a-claim-never-runs-out',
    says: 'a claim whose holder died keeps everybody else away',
    edits: inFile(
      'shared/domain/decide.ts',
      'if (entry.lookAt <= situation.now || !isOurs) return true\n  if (entry.claim.open) return false',
      'if (entry.claim.open) return false\n  if (entry.lookAt <= situation.now || !isOurs) return true',
    ),
    scenarios: ['launch-new-pools'],
    modes: ['died'],
  },
  {
    name: 'undo-gives-up',
    says: 'undo stops after a failure',
    edits: inFile(
      'shared/domain/decide.ts',
      '.filter((entry) => !isGone(entry) && isDue(situation, entry))',
      '.filter((entry) => !isGone(entry) && entry.failures === 0 && isDue(situation, entry))',
    ),
    scenarios: ['terminate', 'delete-cluster'],
    modes: ['before', 'after'],
  },
  {
    name: 'budget-never-spent',
    says: 'failures are not counted, so a step that cannot succeed is tried for ever',
    edits: inFile(
      LEDGER,
      'failures: outcome.failure ? entry.failures + 1 :',
      'failures: outcome.failure ? entry.failures :',
    ),
    scenarios: ['workspace-forbidden'],
  },
  {
    name: 'too-many-calls-counted-as-failure',
    says: '429 uses up the budget of attempts',
    edits: inFile(FAILURES, "rate: 'look',", "rate: 'retry',"),
    scenarios: ['launch-rate-limited'],
  },
  {
    name: 'quota-conflict-is-final',
    says: 'a create that met another write of the quota is given up',
    edits: [
      ...inFile(FAILURES, "conflict: 'look',", "conflict: 'fail',"),
      ...inFile(
        'shared/steps/kubernetes-objects.ts',
        "if (error.kind === 'conflict') return true\n",
        "if (error.kind === 'conflict') return false\n",
      ),
    ],
    scenarios: ['launch-quota-conflicts'],
  },
  {
    name: 'a-passing-fault-is-final',
    says: 'a service that did not answer once ends the launch',
    edits: inFile(FAILURES, "unavailable: 'away',", "unavailable: 'fail',"),
    scenarios: ['launch-new-pools', 'workspace-create'],
    modes: ['before'],
  },
  {
    name: 'away-counted-as-failure',
    says: 'a service that is away uses up the budget of attempts',
    edits: inFile(FAILURES, "unavailable: 'away',", "unavailable: 'retry',"),
    scenarios: ['launch-while-gke-is-away'],
  },
  {
    name: 'the-answer-to-a-delete-is-believed',
    says: 'what was asked to go is recorded as gone',
    edits: inFile(
      'shared/runtime/execute.ts',
      'if (takesLong || begun.operation !== undefined) return leaving',
      "if (takesLong || begun) return { thing: { have: 'absent' } }",
    ),
    scenarios: ['terminate', 'delete-workspace-with-cluster', 'restart'],
  },
  {
    name: 'input-not-kept',
    says: 'what an attempt is about to make is noted only when it has made it',
    edits: inFile(
      LEDGER,
      'const input = claim.input ?? entry?.input\n',
      'const input = entry?.input\n',
    ),
    scenarios: ['delete-workspace-while-it-comes', 'launch-fails', 'delete-workspace-with-cluster'],
    modes: ['died', 'hung'],
  },
]
