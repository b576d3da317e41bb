// What declaring a step guarantees before anything runs: its dependencies are values, so they exist, are spelled right,
// and cannot go in a circle; and what the registry makes of a wish.
import { expect, expectTypeOf, test } from 'vitest'
import { clusterSubject, poolSubject, workspaceSubject } from '../../test/situations.ts'
import { plan } from '../domain/plan.ts'
import { registry, stepNamed } from './registry.ts'
import { type Observed, type OutputsOf, step } from './step.ts'

const observe = (): Promise<Observed<{ readonly selfLink: string }>> =>
  Promise.resolve({ is: 'absent' })
const rest = {
  kind: 'workspace',
  lane: 'network',
  attempts: 1,
  timeoutMs: 1000,
  undo: () => Promise.resolve({}),
} as const

const first = step({
  ...rest,
  name: 'first',
  title: 'First',
  after: {},
  input: () => ({ name: 'x' }),
  observe,
  apply: () => Promise.resolve({ is: 'present', output: { selfLink: 'x' } }),
})

test('a step sees the outputs of what it waits for, by name, with their types', () => {
  const second = step({
    ...rest,
    name: 'second',
    title: 'Second',
    after: { first },
    input: (_, outputs) => {
      expectTypeOf(outputs.first.selfLink).toEqualTypeOf<string>()
      return { network: outputs.first.selfLink }
    },
    observe,
    apply: (_, input) => Promise.resolve({ is: 'present', output: { selfLink: input.network } }),
  })
  expect(Object.keys(second.after)).toEqual(['first'])
  expectTypeOf<OutputsOf<typeof second.after>>().toEqualTypeOf<{
    readonly first: { readonly selfLink: string }
  }>()
})

/** Never called: what counts is that each line marked below does not compile. */
export function misdeclared(): void {
  const declaration = {
    ...rest,
    name: 'wrong',
    title: 'Wrong',
    observe,
    apply: () => Promise.resolve({ is: 'present' as const, output: { selfLink: 'x' } }),
  }
  step({
    ...declaration,
    after: { first },
    // @ts-expect-error a misspelt dependency
    input: (_, outputs) => ({ network: outputs.frist.selfLink }),
  })
  step({
    ...declaration,
    after: { first },
    // @ts-expect-error an output that the dependency does not have
    input: (_, outputs) => ({ network: outputs.first.selfLnik }),
  })
  step({
    ...declaration,
    after: {},
    // @ts-expect-error an output of what it does not wait for
    input: (_, outputs) => ({ network: outputs.first.selfLink }),
  })
  step({
    ...declaration,
    // @ts-expect-error a dependency by its name only
    after: { first: 'first' },
    input: () => ({}),
  })
  // @ts-expect-error a step that waits for itself
  const circular = step({
    ...declaration,
    // @ts-expect-error which does not exist yet
    after: { circular },
    input: () => ({}),
  })
}

const SHAPE = { machineType: 'n2-standard-8', spot: false }

const batchesOf = (count: number): string[] =>
  plan(registry, clusterSubject(count), 1)
    .items.filter((item) => item.step === 'executors')
    .map(({ key }) => key)

test.each([
  [1, 1],
  [49, 1],
  [50, 1],
  [51, 2],
  [100, 2],
  [101, 3],
  [1000, 20],
])('%d executors are %d batches', (count, batches) => {
  const keys = batchesOf(count)
  expect(keys).toHaveLength(batches)
  expect(keys[0]).toBe('executors-001-g1')
  expect(keys.at(-1)).toBe(`executors-${String(batches).padStart(3, '0')}-g1`)
})

/** With something for every step to make. */
const warm = { monthlyBudget: 1000, nodes: [{ machineType: 'n2-standard-8', count: 1, zone: 'z' }] }
const listing = { ...workspaceSubject, spec: { ...workspaceSubject.spec, shapes: [SHAPE], warm } }
const sharded = { ...poolSubject, shards: 2 }

test.each([listing, sharded, clusterSubject(120)])(
  'a $kind has all steps of its kind, each after those that it waits for',
  (subject) => {
    const { items } = plan(registry, subject, 1)
    const mine = registry.filter(({ kind }) => kind === subject.kind).map(({ name }) => name)
    expect([...new Set(items.map((item) => item.step))]).toEqual(mine)
    const before = new Set<string>()
    for (const { key, after } of items) {
      expect(after.filter((needed) => !before.has(needed))).toEqual([])
      before.add(key)
    }
  },
)

test('names are unique, and a dependency is a registered step of the same kind', () => {
  expect(new Set(registry.map(({ name }) => name)).size).toBe(registry.length)
  for (const { after, kind } of registry) {
    for (const needed of Object.values(after)) {
      expect(registry).toContain(needed)
      expect(needed.kind).toBe(kind)
    }
  }
})

test('every step may fail at least once and has time for it', () => {
  for (const { attempts, timeoutMs } of registry) {
    expect(attempts).toBeGreaterThan(1)
    expect(timeoutMs).toBeGreaterThanOrEqual(60_000)
  }
})

test('a plan that names a step of another version says so', () => {
  expect(stepNamed('network').name).toBe('network')
  expect(() => stepNamed('netwrok')).toThrow('no step is named "netwrok"')
})
