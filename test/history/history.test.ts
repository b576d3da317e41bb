// Every version that has left a recording hands over to this one, at every moment that it names: this version takes its documents
// and its world as they stand and goes on to the goal. And whatever was heard before, heard again, changes nothing.
import { describe, expect, test } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import type { Fields } from '../../shared/ports.ts'
import type { Loop } from '../loop/fixture.ts'
import { namesInLedgers } from '../simulation/orphans.ts'
import { unrest } from '../simulation/rest.ts'
import { rebuild } from './rebuild.ts'
import { readRecording, type Recording, recordedVersions } from './recording.ts'

/** What is said where documents and world do not agree. */
const DOUBTS = ['orphan seen', 'thing has come apart', 'thing has lost its mark']
const LIMIT = minutes(90)
const TEST_MS = 300_000

const documentsOf = ({ stack }: Loop): Map<string, Fields> =>
  new Map(stack.store.dump().map(({ path, data }) => [path, data]))

const OF_ENTITIES = /\/workspaces\/[^/]+(\/(clusters|pools)\/[^/]+)?$/

const ENDS: Readonly<Record<string, readonly unknown[]>> = {
  workspace: ['NOT_PROVISIONED'],
  cluster: ['TERMINATED'],
  pool: ['RETIRED', 'FAILED'],
}

/** Entities that are not what they were last wanted to be. */
function astray(documents: ReadonlyMap<string, Fields>): string[] {
  return [...documents].flatMap(([path, { want, state, kind, spec, executors }]) => {
    if (!OF_ENTITIES.test(path)) return []
    const goals = want === 'up' ? ['RUNNING'] : (ENDS[String(kind)] ?? [])
    const { count } = Object(Object(spec).executors)
    const isWhole = state !== 'RUNNING' || count === Object(executors).ready
    return goals.includes(state) && isWhole ? [] : [`${path} is ${String(state)}`]
  })
}

/** What is not as it was last wanted once everything has come to rest, and what was said in doubt on the way. */
async function goesOn(loop: Loop): Promise<string[]> {
  // Audits, and looks at everything that is said to be there, come within that time.
  await loop.clock.advance(minutes(35))
  await loop.clock.until('rest', () => unrest(documentsOf(loop)).length === 0, LIMIT)
  const documents = documentsOf(loop)
  const names = namesInLedgers(documents)
  return [
    ...astray(documents),
    ...loop.logged.flatMap(({ message }) => (DOUBTS.includes(message) ? message : [])),
    ...[...documents.keys()].filter((path) => /\/(parked|deadLetters)\//.test(path)),
    ...loop.stack.data.cloud
      .list()
      .filter((path) => !path.includes('/instances/') && !path.endsWith('/nodePools/system'))
      .filter((path) => !names.has(path.slice(path.lastIndexOf('/') + 1))),
  ]
}

test('this version has left a recording: npm run history', async () => {
  const { default: own } = await import('../../package.json', { with: { type: 'json' } })
  expect(recordedVersions()).toContain(own.version)
})

describe.each(recordedVersions())('%s hands over', (version) => {
  const recording: Recording = readRecording(version)

  test.each(recording.handovers)(
    'at $name',
    async (handover) => {
      const { loop, wake } = await rebuild(recording, handover)
      wake()
      expect(await goesOn(loop)).toEqual([])
      await loop.stop()
    },
    TEST_MS,
  )

  test(
    'and all that was heard, heard again, changes nothing',
    async () => {
      const handover = recording.handovers.findLast(({ name }) => name.endsWith('-running'))
      if (!handover) throw new Error('nothing ran')
      const { loop, wake } = await rebuild(recording, handover)
      wake()
      expect(await goesOn(loop)).toEqual([])
      const before = changing(documentsOf(loop))
      for (const { at, topic, data } of recording.heard)
        if (at <= handover.at && topic !== 'sweep') await loop.stack.publish(topic, data)
      for (const { path } of loop.stack.store.dump()) loop.stack.host.created(path)
      await loop.clock.advance(minutes(2))
      expect(changing(documentsOf(loop))).toEqual(before)
      await loop.stop()
    },
    TEST_MS,
  )
})

/** What every look moves on. */
const ALARM = new Set(['wakeAt', 'tries'])

/** Without alarms, and without what agents say of a system at rest. */
function changing(documents: ReadonlyMap<string, Fields>): Record<string, Fields> {
  const kept = [...documents].filter(([path]) => !/\/(observations|meter)\//.test(path))
  return Object.fromEntries(
    kept.map(([path, data]) => [
      path,
      Object.fromEntries(Object.entries(data).filter(([name]) => !ALARM.has(name))),
    ]),
  )
}
