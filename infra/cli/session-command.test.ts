// `kindling session open` on a cluster that has ended, against a control endpoint that says so: it is started, once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clusterChangeRequested } from '../../events/cluster-change-requested.ts'
import { commandLine } from '../../test/command-line.ts'
import { clusterSubject, entityOf } from '../../test/situations.ts'
import { admittedByState } from '../../shared/domain/session-admission.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { type LoopbackServer, loopbackServer } from '../local/loopback/loopback-server.ts'
import { kindling } from './kindling.ts'

const { folder, said } = commandLine()
const PATH = 'accounts/acme/workspaces/analytics/clusters/etl'

describe('a session on a cluster that is TERMINATED', () => {
  let server: LoopbackServer
  const published: { topic: string; data: string }[] = []
  beforeAll(async () => {
    const running = entityOf(clusterSubject(3), 4)
    if (running.kind !== 'cluster') throw new Error('it is a cluster')
    const ended = { ...running, state: 'TERMINATED' } as typeof running // of one state only
    server = await loopbackServer({
      'GET /info': async () => ({ project: 'p' }),
      'GET /list': async () => ({ entities: [{ path: PATH, entity: ended }] }),
      'POST /sessions': async () => admittedByState('acme/analytics/etl', ended),
      'POST /publish': async ({ body }) => {
        published.push(body as { topic: string; data: string }) // from our own client
        return { message: '1' }
      },
    })
  })
  afterAll(() => server.stop())

  const typed = (...argv: string[]): Promise<number> =>
    kindling(['session', 'open', 'etl', ...argv], {
      folder,
      environment: { KINDLING_CONTROL: server.url },
    })

  test('is refused, and the cluster stays as it is, for who only asks', async () => {
    expect(await typed('--only-ask')).toBe(1)
    expect(said.out.join('\n')).toMatch(/^refused: CLUSTER_ENDED: .*\n {2}mend: .*start it/)
    expect(published).toEqual([])
  })

  test('is refused, and starts the cluster: twice the same event, which is one start', async () => {
    expect(await typed()).toBe(1)
    expect(await typed()).toBe(1)
    expect(said.out.join('\n')).toContain('its start was asked for')
    const [first, second] = published
    expect(first).toEqual(second)
    const intake = takeIn({ id: '1', data: first?.data ?? '' }, clusterChangeRequested)
    expect([first?.topic, intake]).toMatchObject([
      'cluster-change-requested',
      { data: { account: 'acme', cluster: 'etl', change: { action: 'start' } } },
    ])
  })
})
