// An idle timeout names a cluster and says nothing else: whether it is idle, the handler asks the cluster.
import { expect, test } from 'vitest'
import { sampleData } from '../test/event-samples.ts'
import { refusedFields } from '../test/refused-fields.ts'
import { IdleTimeout } from './idle-timeout.ts'

const sample = sampleData('idle-timeout')

test.each(['account', 'workspace', 'cluster'])('without %s it is refused', (field) => {
  expect(refusedFields(IdleTimeout, { ...sample, [field]: undefined })).toEqual([field])
})

test('a claim about idleness is refused', () => {
  expect(refusedFields(IdleTimeout, { ...sample, idleForMs: 1 })).toEqual(['idleForMs'])
})
