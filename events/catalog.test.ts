// The catalogue as a whole: names, topics, the generated files, and samples that prove both schemas.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { staleFiles } from '../infra/generate.ts'
import { eventSchema } from '../infra/generate/event-files.ts'
import { eventSamples } from '../test/event-samples.ts'
import { refusedFields } from '../test/refused-fields.ts'
import { catalog } from './catalog.ts'
import { AccountId, WorkspaceId } from './ids.ts'
import { snapshotTopic, workspaceOfTopic } from './pod-snapshot.ts'

const typesOf = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type)

test('generated schemas and the page are fresh (else: npm run generate)', () => {
  expect(staleFiles()).toEqual([])
})

test('types and topics are unique', () => {
  expect(new Set(typesOf(catalog)).size).toBe(catalog.length)
  expect(new Set(catalog.map(({ topic }) => topic)).size).toBe(catalog.length)
})

describe.each(catalog)('$type', (event) => {
  test('is kindling.<name>.v<number> and its topic is the name with hyphens', () => {
    const [, name = ''] = /^kindling\.([a-z]+(?:\.[a-z]+)*)\.v[1-9]\d*$/.exec(event.type) ?? []
    expect(name).not.toBe('')
    expect(event.topic).toBe(name.replaceAll('.', '-'))
  })

  test('has a title without a full stop', () => {
    expect(event.title).toMatch(/^[A-Z].*[^.]$/)
  })

  const samples = eventSamples.filter((sample) => sample.event.type === event.type)

  test('has a sample that bears the name of its topic', () => {
    expect(samples.map(({ name }) => name)).toContain(event.topic)
  })

  test.each(samples)('sample $name parses', ({ event: { data } }) => {
    expect(refusedFields(event.data, data)).toEqual([])
  })

  test.each(samples)(
    'sample $name is accepted by the JSON Schema, and refused with an extra field',
    (sample) => {
      const published = z.fromJSONSchema(eventSchema(event))
      const whole = JSON.parse(sample.text) as Record<string, unknown>
      expect(refusedFields(published, whole)).toEqual([])
      const extra = { ...whole, data: { ...(sample.event.data as object), surprise: 1 } }
      expect(refusedFields(published, extra)).toEqual(['data.surprise'])
    },
  )
})

test('every sample is of a known type and is named after its topic', () => {
  const topics = new Map(catalog.map(({ type, topic }) => [type, topic]))
  for (const { name, event } of eventSamples) {
    const topic = topics.get(event.type) ?? `a known type, which ${event.type} is not`
    expect(`${name}-`.startsWith(`${topic}-`), `${name}.json should begin with ${topic}`).toBe(true)
  }
})

test('event ids of samples differ, so that all can be published', () => {
  const ids = eventSamples.map(({ event }) => `${event.source} ${event.id}`)
  expect(new Set(ids).size).toBe(ids.length)
})

function textsOf(schema: z.ZodType<string>, pattern: RegExp): fc.Arbitrary<string> {
  return fc.stringMatching(pattern).filter((text) => schema.safeParse(text).success)
}

describe('snapshot topics', () => {
  const workspaceIds = textsOf(WorkspaceId, /^[a-z][-a-z0-9]{0,19}$/)
  const accountIds = textsOf(AccountId, /^[a-z][-a-z0-9]{0,29}$/)

  test('name one workspace of one account, both ways', () => {
    fc.assert(
      fc.property(accountIds, workspaceIds, (account, workspace) => {
        const topic = snapshotTopic(account, workspace)
        expect(workspaceOfTopic(topic)).toEqual({ account, workspace })
        // Pub/Sub: 3 to 255 of these characters, first a letter.
        expect(topic).toMatch(/^[a-z][-a-z0-9._~%+]{2,254}$/)
      }),
    )
  })

  test.each([
    '',
    'pod-snapshot',
    'pod-snapshot-analytics',
    'pod-snapshot-.acme',
    'pod-snapshot-a.',
    'lifecycle',
    'pod-snapshot-a.b.c',
  ])('"%s" is none', (topic) => {
    expect(workspaceOfTopic(topic)).toBeUndefined()
  })
})
