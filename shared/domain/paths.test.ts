// Paths are read back as what they were written for, and nothing else is read as an entity.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { AccountId } from '../../events/ids.ts'
import {
  entityPath,
  type EntityRef,
  entityRef,
  factPath,
  idOf,
  ledgerPath,
  observationPath,
  parentOf,
  runPath,
  UNADDRESSED,
} from './paths.ts'

const id = fc.stringMatching(/^[a-z0-9][-a-z0-9]{0,38}[a-z0-9]$/)
const refs: fc.Arbitrary<EntityRef> = fc.oneof(
  fc.record({ kind: fc.constant('workspace' as const), account: id, workspace: id }),
  fc.record({ kind: fc.constant('pool' as const), account: id, workspace: id, pool: id }),
  fc.record({ kind: fc.constant('cluster' as const), account: id, workspace: id, cluster: id }),
)

test('an entity is found again from its path', () => {
  fc.assert(
    fc.property(refs, (ref) => {
      expect(entityRef(entityPath(ref))).toEqual({ ...ref })
    }),
  )
})

test('two entities have one path only if they are one', () => {
  fc.assert(
    fc.property(refs, refs, (one, other) => {
      const isOne = JSON.stringify(one) === JSON.stringify(other)
      expect(entityPath(one) === entityPath(other)).toBe(isOne)
    }),
  )
})

test('what lies below an entity knows its entity and its own id', () => {
  fc.assert(
    fc.property(refs, id, fc.integer({ min: 1, max: 1000 }), (ref, name, generation) => {
      const entity = entityPath(ref)
      const below = [ledgerPath(entity, name), factPath(entity, name), runPath(entity, generation)]
      expect([...below, observationPath(entity)].map(parentOf)).toEqual(Array(4).fill(entity))
      expect(below.map(idOf)).toEqual([name, name, String(generation)])
      expect(below.map(entityRef)).toEqual([undefined, undefined, undefined])
    }),
  )
})

test.each([
  '',
  'accounts',
  'accounts/acme',
  'accounts/acme/workspaces',
  'accounts/acme/workspaces/',
  'accounts//workspaces/w',
  'accounts/acme/workspaces/w/clusters',
  'accounts/acme/workspaces/w/clusters/',
  'accounts/acme/workspaces/w/jobs/j',
  'accounts/acme/workspaces/w/clusters/c/runs/1',
  'accounts/acme/requests/r',
  'tenants/acme/workspaces/w',
  '/accounts/acme/workspaces/w',
])('"%s" is not an entity', (path) => {
  expect(entityRef(path)).toBeUndefined()
})

test('no account can be named as the place for requests of nobody', () => {
  expect(AccountId.safeParse(UNADDRESSED).success).toBe(false)
})
