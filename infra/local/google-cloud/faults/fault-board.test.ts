import { describe, expect, it } from 'vitest'
import { CallError } from '../../../../shared/call-error.ts'
import { virtualClock } from '../../clock.ts'
import { type FaultBoard, faultBoard } from './fault-board.ts'
import { faultCatalog, faultNames } from './fault-catalog.ts'
import { readFault } from './read-fault.ts'

const happened: unknown[] = []
const happens = async (fault: unknown): Promise<string> => {
  happened.push(fault)
  return 'happened'
}

function board(seed = 1): FaultBoard {
  return faultBoard(virtualClock(seed), {
    maintenance: happens,
    preempt: happens,
    'lose-node': happens,
  })
}

const draw = async (seed: number): Promise<boolean[]> => {
  const faults = board(seed)
  await faults.set('unavailable', { chance: 0.5 })
  return Array.from({ length: 40 }, () => faults.strike('unavailable') !== undefined)
}

function refusal(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof CallError && error.kind === 'invalid') return error.message
    throw error
  }
  throw new Error('not refused')
}

describe('a standing fault', () => {
  it('holds from the call on until it is cleared', () => {
    const faults = board()
    void faults.set('stock-out', { zone: 'europe-west4-a' })
    expect(faults.all('stock-out')).toEqual([{ zone: 'europe-west4-a', left: 0 }])
    expect(faults.clear('stock-out')).toBe(1)
    expect(faults.all('stock-out')).toEqual([])
    expect(faults.clear()).toBe(0)
  })

  it('replaces one of the same place, and stands beside one of another', async () => {
    const faults = board()
    await faults.set('stock-out', { zone: 'europe-west4-a', left: 2 })
    await faults.set('stock-out', { zone: 'europe-west4-b' })
    await faults.set('stock-out', { zone: 'europe-west4-a', left: 5 })
    expect(faults.all('stock-out').map(({ zone, left }) => [zone, left])).toEqual([
      ['europe-west4-a', 5],
      ['europe-west4-b', 0],
    ])
    expect(faults.clear('stock-out', { zone: 'europe-west4-b' })).toBe(1)
    expect(faults.list()).toMatchObject([{ name: 'stock-out', parameters: { left: 5 } }])
  })

  it('strikes so many times, and is then over', async () => {
    const faults = board()
    let changes = 0
    faults.onChange(() => (changes += 1))
    await faults.set('rate-limit', { times: 2 })
    const struck = [1, 2, 3].map(() => faults.strike('rate-limit') !== undefined)
    expect(struck).toEqual([true, true, false])
    expect(faults.list()).toEqual([])
    expect(changes).toBe(2)
  })

  it('strikes by its chance, the same way for the same seed', async () => {
    const first = await draw(7)
    expect(first).toEqual(await draw(7))
    expect(first).not.toEqual(await draw(8))
    expect(new Set(first)).toEqual(new Set([true, false]))
  })

  it('strikes what is meant alone', async () => {
    const faults = board()
    await faults.set('rate-limit', { service: 'compute' })
    expect(faults.strike('rate-limit', ({ service }) => service === 'container')).toBeUndefined()
    expect(faults.list()).toMatchObject([{ struck: 0 }])
    expect(faults.strike('rate-limit', ({ service }) => service === 'compute')).toBeDefined()
    expect(faults.list()).toMatchObject([{ struck: 1 }])
  })
})

describe('a fault that happens once', () => {
  it('happens when it is set, with what was left out filled in, and does not stand', async () => {
    const faults = board()
    expect(await faults.set('preempt', { pool: 'p' })).toBe('happened')
    expect(happened).toEqual([{ pool: 'p', count: 1 }])
    expect(faults.list()).toEqual([])
  })
})

describe('what is mistyped', () => {
  it.each([
    ['stok-out', {}, 'did you mean stock-out'],
    ['__proto__', {}, 'there is no fault "__proto__"'],
    ['stock-out', { zone: 'europe-west4-z' }, 'is no zone of a known region'],
    ['stock-out', { machineType: 'n2-standart-4' }, 'is no known machine type'],
    ['stock-out', { left: 1.5 }, 'left 1.5'],
    ['stock-out', { left: 'x' }, 'left "x"'],
    ['stock-out', { constructor: 1 }, 'no parameter "constructor"'],
    ['quota', { limit: 1 }, 'needs its parameter metric: as Compute names it'],
    ['quota', { limit: 1, metric: 'cpus' }, 'is no quota metric'],
    ['rate-limit', { chance: 2 }, 'chance 2'],
    ['operation-alone', { x: 1 }, 'did you mean cluster'],
  ])('%s %j', (name, parameters, part) => {
    expect(refusal(() => readFault(name, parameters))).toContain(part)
  })

  it('text stands for the number that it spells, in every fault', () => {
    expect(readFault('stock-out', { left: '3', zone: 'europe-west4-a' })).toEqual({
      name: 'stock-out',
      parameters: { left: 3, zone: 'europe-west4-a' },
    })
  })

  it('changes nothing', async () => {
    const faults = board()
    await expect(faults.setGiven('stock-out', { left: -1 })).rejects.toThrow('left -1')
    expect(() => faults.clear('stok-out')).toThrow('did you mean stock-out')
    expect(faults.list()).toEqual([])
  })
})

describe('the catalogue', () => {
  it.each(faultNames)('%s has a sentence of help, and words for every parameter', (name) => {
    const { says, parameters, where } = faultCatalog[name]
    expect(says).toMatch(/^[A-Z].*\.$/)
    const shape = Object.entries(parameters.shape)
    expect(shape.filter(([, schema]) => !schema.description)).toEqual([])
    // A fault that names no place must hold everywhere; a quota needs to say which it is.
    const needed = shape.filter(([, schema]) => !schema.safeParse(undefined).success)
    expect(needed.map(([key]) => key).filter((key) => where.includes(key))).toEqual(
      name === 'quota' ? ['metric'] : [],
    )
  })
})
