import { expect, test } from 'vitest'
import { seededRandom } from '../../infra/local/clock.ts'
import { activeSpan, activeTrace, inTrace, newTraceparent, spanOf } from './trace.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const traceId = '0af7651916cd43dd8448eb211c80319c'
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a new traceparent can be read back, and no two are alike', () => {
  const random = seededRandom(7)
  const [one, other] = [newTraceparent(random), newTraceparent(random)]
  expect(spanOf(one)).toMatchObject({ isSampled: true })
  expect(one).not.toBe(other)
  expect(spanOf(newTraceparent(() => 0))).toBeDefined()
})

test.each([
  '',
  'nonsense',
  `01-${traceId}-b7ad6b7169203331-01`,
  `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
])('"%s" is no traceparent: what runs under it runs in no trace', async (text) => {
  expect(spanOf(text)).toBeUndefined()
  expect(await inTrace(text, 'test', {}, async () => activeTrace())).toEqual({})
})

test('the trace is active in all that runs within it, also after a pause, and nowhere else', async () => {
  const seen = await inTrace(traceparent, 'test', {}, async () => {
    await pause()
    return activeTrace()
  })
  expect(spanOf(seen.traceparent)?.traceId).toBe(traceId)
  expect(activeSpan()).toBeUndefined()
})

test('two at once do not mix, and an inner one ends with its work', async () => {
  const other = traceparent.replaceAll('0af7', 'beef')
  const idIn = (parent: string): Promise<string | undefined> =>
    inTrace(parent, 'test', {}, async () => {
      await pause()
      const inner = await inTrace(other, 'inner', {}, async () => activeSpan()?.traceId)
      expect(inner).toBe(spanOf(other)?.traceId)
      return activeSpan()?.traceId
    })
  expect(await Promise.all([idIn(traceparent), idIn(other)])).toEqual([
    traceId,
    spanOf(other)?.traceId,
  ])
})

test('without one the trace that it is in goes on', async () => {
  const seen = await inTrace(traceparent, 'outer', {}, () =>
    inTrace(undefined, 'inner', {}, async () => activeSpan()?.traceId),
  )
  expect(seen).toBe(traceId)
})

test('a failure passes through', async () => {
  const failing = inTrace(traceparent, 'test', {}, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
})
