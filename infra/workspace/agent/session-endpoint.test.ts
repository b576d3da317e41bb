// The agent's endpoint for sessions over HTTP, and what the agent itself decides.
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agentFixture, type AgentFixture } from '../../../test/agent-fixture.ts'
import { CallError } from '../../../shared/call-error.ts'
import { seconds } from '../../../shared/domain/time.ts'
import type { SessionAnswer } from '../../../shared/domain/session-admission.ts'
import { unreachable } from '../../../shared/domain/session-admission.ts'
import { listenOnLoopback } from '../../local/loopback/listen.ts'
import type { Agent } from './agent.ts'
import { onlySessions } from './session-endpoint.ts'

const code = (answer: SessionAnswer): string =>
  answer.is === 'refused' ? answer.reason.code : answer.is

describe('over HTTP', () => {
  let server: Server
  let url = ''
  let next: SessionAnswer
  let asked: string[]
  beforeEach(async () => {
    next = { is: 'admitted' }
    asked = []
    server = createServer(
      onlySessions(async (namespace) => {
        asked.push(namespace)
        return next
      }),
    )
    url = `http://127.0.0.1:${(await listenOnLoopback(server)).port}/v1/sessions`
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  const post = (body: string): Promise<Response> => fetch(url, { method: 'POST', body })

  it('one that is admitted is a 200', async () => {
    const response = await post('{"namespace":"ns"}')
    expect([response.status, await response.json(), asked]).toEqual([
      200,
      { is: 'admitted' },
      ['ns'],
    ])
  })

  it('one that may come again is a 503 that says when; one that may not, a 409', async () => {
    next = unreachable('etl', 'it is a test')
    const again = await post('{"namespace":"ns"}')
    expect([again.status, again.headers.get('retry-after'), await again.json()]).toEqual([
      503,
      '2',
      next,
    ])
    const { retryAfterS: _, ...never } = next as SessionAnswer & { retryAfterS?: number }
    next = never
    const response = await post('{"namespace":"ns"}')
    expect([response.status, response.headers.get('retry-after')]).toEqual([409, null])
  })

  it.each(['', '{', '[]', '{"namespace":""}', '{"namespace":7}', '{"namespace":"a","more":1}'])(
    'the body %j is a 400, and nobody is asked',
    async (body) => {
      expect([(await post(body)).status, asked]).toEqual([400, []])
    },
  )

  it('a body that is too long, another method and another path are refused', async () => {
    expect((await post(JSON.stringify({ namespace: 'x'.repeat(2000) }))).status).toBe(400)
    expect((await fetch(url)).status).toBe(405)
    expect((await fetch(`${url}/more`, { method: 'POST' })).status).toBe(404)
    expect(asked).toEqual([])
  })
})

describe('the agent', () => {
  let world: AgentFixture
  let agent: Agent
  beforeEach(async () => {
    world = await agentFixture()
    agent = world.start()
  })
  afterEach(() => world.stop(agent))

  async function settled(answer: Promise<SessionAnswer>): Promise<SessionAnswer> {
    let found: SessionAnswer | undefined
    void answer.then((each) => (found = each))
    await world.clock.until('an answer', () => found !== undefined, seconds(30))
    return await answer
  }
  const open = (namespace: string): Promise<SessionAnswer> => settled(agent.admit(namespace))
  it('admits to a driver that is ready, once for each that asks, and writes it down first', async () => {
    const { spark } = await world.running('etl', 1)
    await world.clock.until('whole', world.isWhole(1), seconds(5))
    const all = await Promise.all([1, 2, 3, 4].map(() => open(spark.namespace)))
    expect(all.map(code)).toEqual(Array.from({ length: 4 }, () => 'admitted'))
    const status = (await world.api.get(spark.ref))?.status
    expect(status).toMatchObject({ sessions: { admitted: 4, refused: 0 }, level: {} })
  })

  it('refuses while the driver starts, where it knows no cluster, and before it knows any', async () => {
    const fresh = world.start()
    expect(code(await fresh.admit('kdl-nowhere'))).toBe('CLUSTER_UNREACHABLE')
    await world.stop(fresh)
    const spark = await world.spark('etl', 1)
    await world.clock.advance(seconds(2))
    expect(code(await open(spark.namespace))).toBe('CLUSTER_STARTING')
    expect(code(await open('kdl-nowhere'))).toBe('CLUSTER_ENDED')
  })

  it('counts a drain once, however many come in it, and the next drain again', async () => {
    const { spark } = await world.running('etl', 1)
    await world.clock.advance(seconds(2))
    for (const drain of ['1-1', '1-2']) {
      await world.api.patch(spark.ref, { spec: { drain } })
      for (let turn = 0; turn < 3; turn++)
        expect(code(await open(spark.namespace))).toBe('CLUSTER_DRAINING')
    }
    const status = (await world.api.get(spark.ref))?.status
    expect(status).toMatchObject({ sessions: { admitted: 0, refused: 2 } })
  })

  it('admits nobody while it cannot write that down', async () => {
    const { spark } = await world.running('etl', 1)
    await world.clock.advance(seconds(2))
    world.beforeAgent = ({ verb }) => {
      if (verb === 'patch') throw new CallError('unavailable', 'the API server is away')
    }
    expect(await open(spark.namespace)).toMatchObject({
      reason: { code: 'CLUSTER_UNREACHABLE', message: expect.stringContaining('is away') },
    })
    expect((await world.api.get(spark.ref))?.status).not.toHaveProperty('sessions')
  })
})
