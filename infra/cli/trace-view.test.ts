import { expect, test } from 'vitest'
import type { Observation } from '../../shared/domain/records.ts'
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

const observation: Observation = {
  uid: 'u-1',
  term: 1,
  sequence: 3,
  observedAt: 1900,
  receivedAt: 1950,
  level: {
    driver: 'ready',
    executors: { total: 1, ready: 1, failed: 0 },
    failures: [],
    phases: {},
  },
}

test('it goes on to the newest report of the pods, where that was made in this trace', () => {
  const withReport = (reportedIn: string | undefined) => {
    const report = reportedIn === undefined ? {} : { traceparent: reportedIn }
    const span = { startedAt: 1000, endedAt: 2000 }
    return traceSpans(traceparent, [phase], span, { ...observation, ...report }).slice(2)
  }
  expect(withReport(traceparent.replace('b7ad', 'c8be'))).toMatchObject([
    {
      traceId,
      parentSpanId: 'b7ad6b7169203331',
      name: 'pod-snapshot',
      startTime: 1900,
      endTime: 1950,
    },
  ])
  expect(withReport(traceparent.replace('0af7', 'beef'))).toEqual([])
  expect(withReport(undefined)).toEqual([])
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
