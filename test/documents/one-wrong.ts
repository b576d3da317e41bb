// One stored document goes wrong under a live system, events and sweeps come, and the document is mended: what must hold of it
// and of everybody else.
import { expect } from 'vitest'
import { checkDocument } from '../../shared/domain/document-fault.ts'
import { ATTEMPT_GRACE } from '../../shared/domain/protocol-times.ts'
import { storedTypeOf } from '../../shared/domain/stored-types.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { Fields } from '../../shared/ports.ts'
import { CLUSTER, event, type Loop, WORKSPACE } from '../loop/fixture.ts'
import type { Mutation } from './mutations.ts'
import {
  DELETED,
  type Example,
  ONE,
  OTHER_CLUSTER,
  parkedIn,
  putMoments,
  SIBLING,
} from './scene.ts'

/** What a crash loop would say again and again. */
const LOOPS = ['function failed', 'sweep of a run failed', 'fact could not be published']
/** The longest that a system at rest leaves an entity alone, and a tick. */
const REST = minutes(32)
const TICKS = minutes(2) + ATTEMPT_GRACE

let serial = 0

/** Throws what does not hold. */
export async function goWrong(loop: Loop, document: Example, mutation: Mutation): Promise<void> {
  const { path } = document
  const type = storedTypeOf(path)
  if (!type) throw new Error(`there is no type of document at ${path}`)
  const checked = checkDocument(type.schema, mutation.data)
  const fault = 'fault' in checked ? checked.fault : undefined
  loop.logged.length = 0
  await write(loop, path, mutation.data)
  await hear(loop, path)
  await loop.clock.advance(REST)
  await expectOthersWork(loop)
  const loops = loop.logged.filter(({ message }) => LOOPS.includes(message))
  expect(loops).toEqual([])
  // What says that others stand still is made again when it is needed.
  if (['parked', 'dead letter'].includes(type.name)) return await refresh(loop)
  if (fault) {
    const told = parkedIn(loop).map(({ document: at, field, is }) => ({ at, field, is }))
    expect(told).toEqual([{ at: path, field: fault.field, is: fault.is }])
    expect((await loop.stack.store.get(path))?.data).toEqual(mutation.data)
  } else {
    expect(parkedIn(loop)).toEqual([])
    if (mutation.how === 'extra') await expectKept(loop, path, mutation)
  }
  await write(loop, path, document.data)
  await loop.clock.advance(TICKS)
  expect(parkedIn(loop)).toEqual([])
  await expectAtGoal(loop)
  await refresh(loop)
}

/** Documents of a moment have gone by now. */
async function refresh(loop: Loop): Promise<void> {
  await putMoments(loop)
}

async function write({ stack }: Loop, path: string, data: Fields): Promise<void> {
  const from = await stack.store.get(path)
  const isWritten = await stack.store.commit([
    from ? { op: 'update', from, data } : { op: 'create', path, data },
  ])
  if (!isWritten) throw new Error(`${path} was written by somebody else meanwhile`)
}

/** Events that could make somebody read it: its creation, requests, a call by an operator. */
async function hear(loop: Loop, path: string): Promise<void> {
  const { stack, clock } = loop
  const id = `again-${++serial}`
  stack.host.created(path)
  await stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  await stack.publish('cluster-requested', event('cluster-requested', 'c-1', ONE))
  const change = { cluster: DELETED, change: { action: 'restart' } }
  await stack.publish('cluster-change-requested', event('cluster-change-requested', id, change))
  await clock.advance(minutes(1))
  for (const entity of [WORKSPACE, CLUSTER])
    await stack.host.call('advance', { entity }).catch(() => undefined)
}

/** A request that changes nothing, and must be told so. */
async function expectOthersWork({ stack, clock }: Loop): Promise<void> {
  const id = `other-${++serial}`
  const ids = { account: 'zeta', workspace: 'elsewhere', cluster: 'calm' }
  await stack.publish('cluster-requested', event('cluster-requested', id, { ...ids, ...ONE }))
  await clock.advance(1000)
  const requests = await stack.store.list('accounts/zeta/requests')
  expect(requests.find(({ data }) => data['event'] === id)?.data['is']).toBe('unchanged')
  expect((await stack.store.get(OTHER_CLUSTER))?.data['state']).toBe('RUNNING')
}

async function expectKept({ stack }: Loop, path: string, { field }: Mutation): Promise<void> {
  const document = await stack.store.get(path)
  // One that has come to its end is kept by nobody.
  if (!document) return
  const place = field === '' ? [] : field.split('.')
  const found = place.reduce<unknown>((at, name) => Reflect.get(Object(at), name), document.data)
  expect(Reflect.get(Object(found), 'added')).toEqual({ later: [1, 'two'] })
}

async function expectAtGoal({ stack }: Loop): Promise<void> {
  for (const path of [WORKSPACE, CLUSTER, SIBLING, OTHER_CLUSTER]) {
    const { generation, state } = (await stack.store.get(path))?.data ?? {}
    const run = await stack.store.get(`${path}/runs/${String(generation)}`)
    expect([path, state, run?.data['is']]).toEqual([path, 'RUNNING', 'settled'])
  }
}
