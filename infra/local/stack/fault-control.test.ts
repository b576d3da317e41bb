// The faults of a cloud in another process: the same three calls over loopback HTTP, with the same refusals.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { realClock } from '../clock.ts'
import { type FaultBoard, faultBoard } from '../google-cloud/faults/fault-board.ts'
import { type LoopbackServer, loopbackServer } from '../loopback/loopback-server.ts'
import { boardFaults, faultRoutes, faultsAt, type StackFaults } from './fault-control.ts'

const clock = realClock()
let server: LoopbackServer
let board: FaultBoard
let faults: StackFaults

const happens = async (): Promise<string> => 'happened'
const post = (body: string) => fetch(`${server.url}/faults`, { method: 'POST', body })

beforeAll(async () => {
  board = faultBoard(clock, { maintenance: happens, preempt: happens, 'lose-node': happens })
  server = await loopbackServer(faultRoutes(boardFaults(board)))
  faults = faultsAt(clock, server.url)
})
afterAll(async () => {
  await server.stop()
  clock.stop()
})

test('what is set there holds, also as text; what happens once is told', async () => {
  expect(await faults.set('stock-out', { zone: 'europe-west4-a', left: '2' })).toBe(
    'stock-out holds: zone europe-west4-a, left 2',
  )
  expect(board.all('stock-out')).toEqual([{ zone: 'europe-west4-a', left: 2 }])
  expect(await faults.set('preempt')).toBe('happened')
  expect(await faults.list()).toEqual(board.list())
})

test('what is cleared there holds no more', async () => {
  await faults.set('operation-alone')
  expect(await faults.clear('stock-out', { zone: 'europe-west4-b' })).toBe(0)
  expect(await faults.clear('stock-out')).toBe(1)
  expect(await faults.clear()).toBe(1)
  expect(board.list()).toEqual([])
})

test('refusals keep their kind and their words', async () => {
  await expect(faults.set('stok-out')).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringContaining('did you mean stock-out'),
  })
  await expect(faults.clear('stok-out')).rejects.toMatchObject({ kind: 'invalid' })
  expect((await post('{"name":7}')).status).toBe(400)
  expect((await post('{"name":"stock-out","extra":1}')).status).toBe(400)
  expect(board.list()).toEqual([])
})
