import { expect, test } from 'vitest'
import { traceLines, traceSpans } from './trace-view.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`
const phase = {
  step: 'namespace',
  title: 'Namespace',
  startedAt: 1100,
  endedAt: 1300,
  waitedFor: [],
  own: true,
}
const spans = traceSpans(traceparent, [phase], { startedAt: 1000, endedAt: 2000 })

test("the launch is the request's span, and its phases are under it", () => {
  expect(spans).toEqual([
    {
      kind: 'span',
      traceId,
      spanId: 'b7ad6b7169203331',
      name: 'launch',
      startTime: 1000,
      endTime: 2000,
    },
    {
      kind: 'span',
      traceId,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      parentSpanId: 'b7ad6b7169203331',
      name: 'namespace',
      startTime: 1100,
      endTime: 1300,
    },
  ])
})

test('a phase has the same id each time it is shown', () => {
  const again = traceSpans(traceparent, [phase], { startedAt: 1000, endedAt: 2000 })
  expect(again).toEqual(spans)
})

test('people read when each began and how long it took', () => {
  const lines = traceLines(spans)
  expect(lines[0]).toContain(traceId)
  expect(lines.at(-1)).toMatch(/^ {2}namespace +100 ms +200 ms {2}[0-9a-f]{16}$/)
})
