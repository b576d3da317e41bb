// The trace from a request to its pods: what the agent says of a cluster continues the trace that its resource names.
import { expect, it } from 'vitest'
import { seconds } from '../../../shared/domain/time.ts'
import { annotationKeys } from '../../../shared/manifests/labels.ts'
import { agentFixture } from '../../../test/agent-fixture.ts'

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

it('reports go on with the trace of the custom resource, and with none that is no trace', async () => {
  const world = await agentFixture()
  const traces: (string | undefined)[] = []
  const agent = world.start({
    publish: async (_, traceparent) => void traces.push(traceparent),
  })
  const { spark, driver } = await world.running('etl', 1)
  const reportedIn = async (traceparent: string | null, isReady: boolean) => {
    const annotations = { [annotationKeys.traceparent]: traceparent }
    await world.api.patch(spark.ref, { metadata: { annotations } })
    await world.clock.advance(seconds(2))
    const before = traces.length
    await world.setReady(driver, isReady)
    await world.clock.advance(seconds(2))
    return new Set(traces.slice(before))
  }
  await world.clock.advance(seconds(5))
  expect(new Set(traces)).toEqual(new Set([undefined]))
  expect(await reportedIn(TRACEPARENT, false)).toEqual(new Set([TRACEPARENT]))
  expect(await reportedIn(`${TRACEPARENT}-and-more`, true)).toEqual(new Set([undefined]))
  expect(await reportedIn(TRACEPARENT, false)).toEqual(new Set([TRACEPARENT]))
  expect(await reportedIn(null, true)).toEqual(new Set([undefined]))
  await world.stop(agent)
})
