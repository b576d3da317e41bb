// What holds of every decision in every situation, also such as no history leads to.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { carryOut } from '../../test/carry-out.ts'
import { situations } from '../../test/situations-at-random.ts'
import { decide, type Decision } from './decide.ts'
import { isGone, isSatisfied, type Situation, wantedItems } from './situation.ts'

const runs = { numRuns: 2000 }

function isNothing({ start, status, fail, freeze, settle, reopen }: Decision): boolean {
  return start.length === 0 && !status && !fail && !freeze && !settle && !reopen
}

/** Where a decision is carried out until it says nothing, each decision on the way. */
function decisionsFrom(first: Situation): Decision[] {
  const decisions: Decision[] = []
  let situation = first
  for (let round = 0; round < 10; round++) {
    const decision = decide(situation)
    decisions.push(decision)
    if (isNothing(decision)) return decisions
    situation = carryOut(situation, decision)
  }
  throw new Error(`never quiet: ${JSON.stringify(decisions.at(-1))}`)
}

const law = (holds: (situation: Situation) => void): void => {
  fc.assert(fc.property(situations, holds), runs)
}

describe('decide', () => {
  test('is a fixed point: carried out, what it said is said no more', () => {
    law((situation) => {
      const decision = decide(situation)
      const next = decide(carryOut(situation, decision))
      // A plan that is frozen, a run that is opened, a new generation: each has something to start.
      const isAnotherRun = decision.fail !== undefined || decision.freeze || decision.reopen
      expect(isAnotherRun || isNothing(next)).toBe(true)
    })
  })

  test('comes to rest', () => {
    law((situation) => {
      // Reopened or frozen, then failed, then started or settled, then nothing.
      expect(decisionsFrom(situation).length).toBeLessThanOrEqual(5)
    })
  })

  test('never starts what waits for something that is not there', () => {
    law((situation) => {
      const wanted = new Set(wantedItems(situation.run).map(({ key }) => key))
      for (const { item } of decide(situation).start.filter(({ item }) => wanted.has(item.key))) {
        const needed = item.after.map((key) =>
          situation.ledger.find((entry) => entry.item.key === key),
        )
        expect(needed.every((entry) => entry?.thing.have === 'present')).toBe(true)
      }
    })
  })

  test('never removes what something else still needs', () => {
    law((situation) => {
      const wanted = new Set(wantedItems(situation.run).map(({ key }) => key))
      for (const { item } of decide(situation).start.filter(({ item }) => !wanted.has(item.key))) {
        const users = situation.ledger.filter((entry) => entry.item.after.includes(item.key))
        expect(users.every(isGone)).toBe(true)
      }
    })
  })

  test('never starts two attempts of one thing, and numbers them one after the other', () => {
    law((situation) => {
      const { start } = decide(situation)
      expect(new Set(start.map(({ item }) => item.key)).size).toBe(start.length)
      for (const { item, n } of start) {
        const before = situation.ledger.find((entry) => entry.item.key === item.key)
        expect(n).toBe((before?.n ?? 0) + 1)
      }
    })
  })

  test('never interrupts a holder of its own generation whose lease runs', () => {
    law((situation) => {
      for (const { item } of decide(situation).start) {
        const before = situation.ledger.find((entry) => entry.item.key === item.key)
        const isHeld =
          before?.claim.open &&
          before.g === situation.run.generation &&
          before.lookAt > situation.now
        expect(isHeld ?? false).toBe(false)
      }
    })
  })

  test('never touches what is there and wanted', () => {
    law((situation) => {
      const satisfied = wantedItems(situation.run).filter((item) => isSatisfied(situation, item))
      const started = new Set(decide(situation).start.map(({ item }) => item.key))
      expect(satisfied.filter(({ key }) => started.has(key))).toEqual([])
    })
  })

  test('settles up only what is whole, and down only what is empty', () => {
    law((situation) => {
      if (!decide(situation).settle) return
      const items = wantedItems(situation.run)
      const wanted = new Set(items.map(({ key }) => key))
      expect(items.every((item) => isSatisfied(situation, item))).toBe(true)
      const rest = situation.ledger.filter((entry) => !wanted.has(entry.item.key))
      expect(rest.every(isGone)).toBe(true)
    })
  })

  test('does nothing for a run that is superseded, or of another generation', () => {
    law((situation) => {
      const { entity, run } = situation
      const { generation, direction, request, shard, tries, createdAt } = run
      const common = { generation, direction, request, shard, tries, createdAt }
      const superseded = { ...common, is: 'superseded' as const, by: generation + 1 }
      expect(isNothing(decide({ ...situation, run: superseded }))).toBe(true)
      const newer = { ...entity, generation: generation + 1 }
      expect(isNothing(decide({ ...situation, entity: newer }))).toBe(true)
    })
  })

  test('never gives up on the way down', () => {
    law((situation) => {
      if (situation.run.direction === 'up') return
      expect(decide(situation).fail).toBeUndefined()
    })
  })
})

test('the situations are not all alike: every decision occurs', () => {
  const seen = new Set<string>()
  for (const situation of fc.sample(situations, { numRuns: 2000, seed: 7 })) {
    const { start, status, fail, freeze, settle, reopen } = decide(situation)
    if (start.length > 0) seen.add(`start ${situation.run.direction}`)
    if (status) seen.add(`status ${status.state}`)
    if (fail) seen.add(`fail ${fail.code}`)
    if (freeze) seen.add('freeze')
    if (settle) seen.add(`settle ${situation.run.direction}`)
    if (reopen) seen.add('reopen')
  }
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'start up',
      'start down',
      'status RUNNING',
      'status PENDING',
      'status TERMINATED',
      'fail UNEXPECTED_LAUNCH_FAILURE',
      'fail CLUSTER_OPERATION_TIMEOUT',
      'fail K8S_DBR_CLUSTER_LAUNCH_TIMEOUT',
      'fail WORKSPACE_CONFIGURATION_ERROR',
      'freeze',
      'settle up',
      'settle down',
      'reopen',
    ]),
  )
})
