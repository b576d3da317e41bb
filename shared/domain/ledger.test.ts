// Who may claim a ledger entry, every state with every attempt; and which entries cannot be.
import { describe, expect, test } from 'vitest'
import { entryOf, itemOf, NOW, openClaim } from '../../test/situations.ts'
import { claimEntry, isClean, LedgerEntry } from './ledger.ts'

const item = itemOf('network', 1)
const before = entryOf(item, 'unknown', { n: 5, g: 5, lookAt: NOW - 1 })
const states = {
  none: undefined,
  closed: before,
  open: { ...before, claim: openClaim },
} as const

describe('a claim', () => {
  const claim = { item, token: 'new', now: NOW, effectWindow: 180_000, lease: 75_000 }
  /** Attempt and generation beside the entry's n 5 and g 5; then whether it is taken, and why. */
  const order: readonly [n: number, g: number, boolean, string][] = [
    [4, 4, false, 'an older attempt of an older generation'],
    [4, 5, false, 'the attempt was overtaken'],
    [4, 6, false, 'numbers go up over generations, so this one was overtaken too'],
    [5, 4, false, 'this attempt has been claimed, by a newer generation'],
    [5, 5, false, 'the event came twice'],
    [5, 6, false, 'another attempt has this number'],
    [6, 4, false, 'a newer generation has taken the thing over'],
    [6, 5, true, 'the next attempt'],
    [6, 6, true, 'the first attempt of a newer generation'],
  ]

  const matrix = (['closed', 'open'] as const).flatMap((state) =>
    order.map(([n, g, taken, why]) => ({ state, n, g, taken, why })),
  )
  test.each(matrix)('$state, n $n, g $g: $taken, because $why', ({ state, n, g, taken }) => {
    const entry = structuredClone(states[state])
    const claimed = claimEntry(entry, { ...claim, n, g })
    expect(entry).toEqual(states[state])
    const expected = {
      ...before,
      n,
      g,
      claim: { open: true, token: 'new', effectUntil: NOW + 180_000 },
      lookAt: NOW + 75_000,
      // Taken over while open: its holder may still act.
      zombieUntil: state === 'open' ? openClaim.effectUntil : 0,
    }
    expect(claimed).toEqual(taken ? expected : undefined)
  })

  test.each(order)('none, n %d, g %d: taken, because nobody was first', (n, g) => {
    const claimed = claimEntry(states.none, { ...claim, n, g })
    expect(claimed).toEqual({
      item,
      n,
      g,
      claim: { open: true, token: 'new', effectUntil: NOW + 180_000 },
      thing: { have: 'unknown' },
      zombieUntil: 0,
      lookAt: NOW + 75_000,
      failures: 0,
      startedAt: NOW,
    })
    expect(LedgerEntry.parse(claimed)).toEqual(claimed)
  })

  test('a newer generation has its whole budget, the same one what is left of it', () => {
    const entry = { ...before, failures: 2 }
    expect(claimEntry(entry, { ...claim, n: 6, g: 5 })?.failures).toBe(2)
    expect(claimEntry(entry, { ...claim, n: 6, g: 6 })?.failures).toBe(0)
  })

  test('the horizon of holders never comes nearer', () => {
    const entry = { ...states.open, zombieUntil: openClaim.effectUntil + 1 }
    expect(claimEntry(entry, { ...claim, n: 6, g: 5 })?.zombieUntil).toBe(entry.zombieUntil)
  })

  test('the newest input is kept, and stays when none can be computed', () => {
    const first = claimEntry(undefined, { ...claim, n: 1, g: 1, input: { name: 'first' } })
    expect(first?.input).toEqual({ name: 'first' })
    expect(claimEntry(first, { ...claim, n: 2, g: 1, input: { name: 'second' } })?.input).toEqual({
      name: 'second',
    })
    expect(claimEntry(first, { ...claim, n: 2, g: 2 })?.input).toEqual({ name: 'first' })
    const empty = claimEntry(undefined, { ...claim, n: 1, g: 1 })
    expect(claimEntry(empty, { ...claim, n: 2, g: 1, input: { name: 'second' } })?.input).toEqual({
      name: 'second',
    })
  })

  test('what was there and is made again gets its time anew; what was not keeps it', () => {
    const next = { ...claim, n: 2, g: 1 }
    expect(claimEntry(entryOf(item, 'present'), next)?.startedAt).toBe(NOW)
    expect(claimEntry(entryOf(item, 'coming'), next)?.startedAt).toBe(NOW - 120_000)
  })
})

test.each([
  [NOW - 1, true],
  [NOW, true],
  [NOW + 1, false],
])('with holders until %d, a look at that time is clean: %s', (zombieUntil, clean) => {
  expect(isClean(entryOf(item, 'unknown', { zombieUntil }), NOW)).toBe(clean)
})

const entry = entryOf(item, 'present')
const illegal: readonly [string, object][] = [
  ['present without an output', { ...entry, thing: { have: 'present' } }],
  ['of an unknown thing', { ...entry, thing: { have: 'perhaps' } }],
  ['open without a horizon', { ...entry, claim: { open: true, token: 't' } }],
  ['closed without a time', { ...entry, claim: { open: false, token: 't' } }],
  ['closed without a token', { ...entry, claim: { open: false, recordedAt: 1 } }],
  ['that nobody attempted', { ...entry, n: 0 }],
  ['of no generation', { ...entry, g: 0 }],
  ['with a negative number of failures', { ...entry, failures: -1 }],
  ['with a failure that says nothing', { ...entry, failure: { permanent: true } }],
  ['without its item', { ...entry, item: undefined }],
]

test.each(illegal)('an entry %s is refused', (_, document) => {
  expect(LedgerEntry.safeParse(document).success).toBe(false)
})
