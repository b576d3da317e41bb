// Work that always fails: it stops after its budget, is seen with its cause, blocks nobody, and is done after the mend.
import { expect, test } from 'vitest'
import { manifest } from '../../functions/manifest.ts'
import { DeadLetter } from '../../shared/domain/dead-letter.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { World } from '../../shared/ports.ts'
import { CallError } from '../../shared/call-error.ts'
import { aroundWorld, type Call } from '../../shared/around.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { askForCluster, askForWorkspace } from '../loop/whole.ts'

/** Longer than a message is delivered. */
const GIVEN_UP = minutes(120)

/** A system in which calls of ports fail that are poison, until they are mended. */
async function startPoisoned(isPoison: (call: Call) => boolean) {
  let isMended = false
  const wrapWorld = (world: World): World =>
    aroundWorld(world, async (call, proceed) => {
      if (!isMended && isPoison(call)) throw new CallError('unavailable', 'a fault in the code')
      return proceed()
    })
  const loop = await startLoop({ wrapWorld })
  return { loop, mend: () => (isMended = true) }
}

const lettersOf = ({ stack }: Loop): (DeadLetter & { path: string })[] =>
  stack.store
    .dump()
    .filter(({ path }) => path.includes('/deadLetters/'))
    .map(({ path, data }) => ({ path, ...DeadLetter.parse(data) }))

/** A transaction has no name, so the poison is the look at a cluster's own document before it. */
const readsPoisoned = ({ port, method, args }: Call): boolean =>
  port === 'store' && method === 'get' && args[0] === `${WORKSPACE}/clusters/poison`

const readsAttempts = ({ port, method, args }: Call): boolean =>
  port === 'store' && method === 'get' && String(args[0]).includes('/attempts/')

test('a request that always fails is given up on, blocks nobody, and is replayed after the mend', async () => {
  const { loop, mend } = await startPoisoned(readsPoisoned)
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  const executors = { count: 1, machineType: 'n2-standard-8' }
  const text = event('cluster-requested', 'p-1', { cluster: 'poison', executors })
  await loop.stack.publish('cluster-requested', text)
  await askForCluster(loop)
  await loop.reach(CLUSTER, 'RUNNING')
  await loop.clock.advance(GIVEN_UP)

  const { deliveries } = manifest['cluster-requested']
  expect(lettersOf(loop)).toMatchObject([
    {
      function: 'cluster-requested',
      cause: 'a fault in the code',
      failures: deliveries,
      message: { topic: 'cluster-requested', data: text, attributes: {} },
    },
  ])
  expect(loop.stack.bus.waiting()).toBe(0)
  const failed = loop.logged.filter(({ message }) => message === 'function failed')
  expect(failed).toHaveLength(deliveries)

  mend()
  const [letter] = lettersOf(loop)
  await loop.stack.call('replay', { deadLetter: letter?.path })
  await loop.reach(`${WORKSPACE}/clusters/poison`, 'RUNNING')
  expect(lettersOf(loop)).toEqual([])
  await loop.stop()
}, 120_000)

test('what is replayed before the mend is given up on again, and stays one letter', async () => {
  const { loop } = await startPoisoned(readsPoisoned)
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  const text = event('cluster-requested', 'p-1', { cluster: 'poison' })
  await loop.stack.publish('cluster-requested', text)
  await loop.clock.advance(GIVEN_UP)
  const [letter] = lettersOf(loop)
  await loop.stack.call('replay', { deadLetter: letter?.path })
  expect(lettersOf(loop)).toEqual([])
  await loop.clock.advance(GIVEN_UP)
  expect(lettersOf(loop)).toMatchObject([{ path: letter?.path, message: { data: text } }])
  await loop.stop()
}, 120_000)

test('a fact that cannot be told is told of, and the others are published; after the mend it is forgotten', async () => {
  const { loop, mend } = await startPoisoned(
    ({ method, args }) => method === 'publish' && JSON.stringify(args).includes('"ACCEPTED"'),
  )
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await loop.clock.advance(minutes(5))
  const untold = loop.stack.store
    .dump()
    .filter(({ path, data }) => path.includes('/facts/') && data['publishedAt'] === null)
  expect(untold).toHaveLength(1)
  expect(lettersOf(loop)).toMatchObject([
    { function: 'sweep', document: untold[0]?.path, cause: 'a fault in the code' },
  ])
  mend()
  await loop.clock.advance(minutes(20))
  expect(lettersOf(loop)).toEqual([])
  await loop.stop()
}, 120_000)

test('a step whose claim always fails is told of by the sweep with its cause, and goes on after the mend', async () => {
  const { loop, mend } = await startPoisoned(readsAttempts)
  await askForWorkspace(loop)
  await loop.clock.advance(minutes(10))
  expect(lettersOf(loop)).toMatchObject([
    { function: 'sweep', document: WORKSPACE, cause: 'a fault in the code' },
  ])
  await expect(loop.stack.call('replay', { deadLetter: lettersOf(loop)[0]?.path })).rejects.toThrow(
    'is no message',
  )
  mend()
  await loop.reach(WORKSPACE, 'RUNNING', minutes(60))
  await loop.clock.advance(minutes(20))
  expect(lettersOf(loop)).toEqual([])
  await loop.stop()
}, 120_000)
