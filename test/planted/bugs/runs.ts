// Mistakes with runs, alarms, generations and what users are told.
import { inFile, type PlantedBug } from '../planted-bug.ts'

const DECIDE = 'shared/domain/decide.ts'
const SETTLE = 'shared/runtime/settle.ts'

export const runBugs: readonly PlantedBug[] = [
  {
    name: 'no-alarm',
    says: 'a run begins without an alarm',
    edits: inFile(
      'shared/runtime/generation.ts',
      'plan: planOfRun, wakeAt: run.now + FIRST_ALARM }',
      'plan: planOfRun, wakeAt: Number.MAX_SAFE_INTEGER }',
    ),
    scenarios: ['launch-new-pools', 'workspace-create'],
    modes: ['died'],
  },
  {
    name: 'alarm-gone-too-early',
    says: 'the sweep takes the alarm away before it has done anything',
    edits: inFile(
      'shared/runtime/sweep.ts',
      'wakeAt: nextLook(run.value, now()) })',
      'wakeAt: nextLook(run.value, now()) + 10_000_000_000 })',
    ),
    scenarios: ['launch-new-pools', 'workspace-create', 'terminate'],
    modes: ['died'],
    call: 'sweep',
  },
  {
    name: 'sweep-does-not-put-off',
    says: 'the sweep leaves the alarm as it was, so everything is always due',
    edits: inFile(
      'shared/runtime/sweep.ts',
      'const isTaken = await world.store.commit([updateOf(run, woken)])',
      'const isTaken = true',
    ),
    scenarios: ['busy-cluster-stays'],
  },
  {
    name: 'old-run-not-ended',
    says: 'the run before is not superseded, and goes on',
    edits: inFile(
      'shared/runtime/generation.ts',
      'return run && superseded ? [updateOf(run, superseded)] : []',
      'return run && superseded ? [] : []',
    ),
    scenarios: ['terminate', 'resize-up'],
  },
  {
    name: 'ledger-under-the-run',
    says: 'what an earlier generation made and this one does not want is forgotten',
    edits: inFile(
      'shared/domain/situation.ts',
      'return situation.ledger.filter((entry) => !wanted.has(entry.item.key))',
      'return situation.ledger.filter((entry) => !wanted.has(entry.item.key) && entry.g === situation.run.generation)',
    ),
    scenarios: ['restart', 'edit-machines'],
  },
  {
    name: 'name-used-again',
    says: 'what comes anew gets the names of what went',
    edits: inFile(
      'shared/domain/plan.ts',
      'kept(step, index)?.life ?? generation',
      'kept(step, index)?.life ?? 1',
    ),
    scenarios: ['start-again', 'restart', 'wake'],
  },
  {
    name: 'settled-before-everything-is-gone',
    says: 'a run settles while what is not wanted any more is still there',
    edits: inFile(
      DECIDE,
      'if (!isMade(situation) || !unwantedEntries(situation).every(isGone)) return false',
      'if (!isMade(situation)) return false',
    ),
    scenarios: ['resize-down', 'edit-machines', 'hibernate', 'restart'],
  },
  {
    name: 'status-by-an-old-generation',
    says: 'a status is written over whatever stands there by then',
    edits: inFile(
      SETTLE,
      '  return world.store.commit([\n    updateOf(entity, withStatus(value, status, situation.now)),\n    ...(isTold(value, status) ? stateFact(path, value, status, situation.now) : []),\n  ])\n',
      `  return world.store.transaction(async (transaction) => {
    const newest = await transaction.get(path)
    if (!newest) return false
    transaction.update(newest, withStatus(value, status, situation.now))
    const facts = isTold(value, status) ? stateFact(path, value, status, situation.now) : []
    for (const { path: fact, data } of facts) transaction.create(fact, data)
    return true
  })
`,
    ),
    scenarios: ['ended-as-it-loses-an-executor'],
    modes: ['hung'],
    call: 'pod-ready: store.commit update',
  },
  {
    name: 'status-written-once',
    says: 'nobody looks again after a status was written or refused',
    edits: inFile(
      'shared/runtime/advance.ts',
      'if (await writeStatus(world, moment, decision.status)) await wakeDependants(world, moment)\n  return true',
      'if (await writeStatus(world, moment, decision.status)) await wakeDependants(world, moment)\n  return false',
    ),
    scenarios: ['silent-driver-answers'],
    modes: ['hung'],
    call: 'sweep: store.commit update',
  },
  {
    name: 'fact-in-a-commit-of-its-own',
    says: 'the state is written first, and the fact that tells it after',
    edits: inFile(
      SETTLE,
      'writeIn(transaction, [changed, ...stateFact(path, entity.value, status, now)])',
      `writeIn(transaction, [changed])
      const facts = stateFact(path, entity.value, status, now)
      if (facts.length > 0) void world.clock.sleep(1).then(() => world.store.commit(facts)).catch(() => undefined)`,
    ),
    scenarios: ['launch-new-pools'],
    modes: ['died', 'before'],
    call: 'pod-ready',
  },
  {
    name: 'published-before-it-is-committed',
    says: 'users are told of a state before it is stored, with its fact or not at all',
    edits: [
      ...inFile(
        SETTLE,
        'writeIn(transaction, [changed, ...stateFact(path, entity.value, status, now)])',
        `const facts = stateFact(path, entity.value, status, now)
      for (const { path: told } of facts as { path: string }[])
        await world.bus.publish('lifecycle', { data: JSON.stringify({ id: hash('sha256', told).slice(0, 32) }), attributes: {} })
      writeIn(transaction, [changed, ...facts])`,
      ),
      ...inFile(
        SETTLE,
        "import { Entity, type Status } from '../domain/entity.ts'\n",
        "import { hash } from 'node:crypto'\nimport { Entity, type Status } from '../domain/entity.ts'\n",
      ),
    ],
    scenarios: ['launch-new-pools'],
  },
  {
    name: 'published-before-it-is-published',
    says: 'a fact is noted as published, and published after that',
    edits: inFile(
      'shared/runtime/announce.ts',
      '  await world.bus.publish(lifecycle.topic, {',
      '  await world.store.commit([updateOf(fact, { ...fact.value, publishedAt: world.clock.now() })])\n  await world.bus.publish(lifecycle.topic, {',
    ).concat(
      inFile(
        'shared/runtime/announce.ts',
        '  // Refused: somebody else has published it too, which does no harm.\n  await world.store.commit([updateOf(fact, { ...fact.value, publishedAt: world.clock.now() })])',
        '',
      ),
    ),
    scenarios: ['launch-new-pools'],
    modes: ['died', 'before'],
    call: 'announce',
  },
  {
    name: 'request-never-told',
    says: 'the request that a run was for is not told that it was reached',
    edits: inFile(
      SETTLE,
      "if (request?.value.is === 'accepted') {",
      "if (request?.value.is === 'unchanged') {",
    ),
    scenarios: ['launch-new-pools'],
  },
  {
    name: 'attempt-without-its-event',
    says: 'an attempt whose event was lost is run by nobody',
    edits: inFile(
      'shared/runtime/advance.ts',
      'if (created || !hints.runForgotten) return',
      'if (created || hints) return',
    ),
    scenarios: [],
    deliveries: 'none',
  },
]
