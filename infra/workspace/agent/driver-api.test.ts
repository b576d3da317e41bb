// A driver's pages, as Spark serves them, over HTTP and simulated; and pages that are not.
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { virtualClock } from '../../local/clock.ts'
import { simulatedDrivers } from '../../local/stack/drivers.ts'
import { driverActivity, type DriverApi, type DriverPage } from './driver-api.ts'
import { driverHttp } from './driver-http.ts'

const APP = '/api/v1/applications/app-1'
const PAGES: Readonly<Record<string, string>> = {
  '/api/v1/applications': JSON.stringify([
    { id: 'app-1', name: 'Spark Connect server', attempts: [{ startTimeEpoch: 1000 }] },
  ]),
  [`${APP}/jobs`]: JSON.stringify([
    { jobId: 1, status: 'RUNNING', submissionTime: '1970-01-01T00:01:00.000GMT' },
    { jobId: 0, status: 'SUCCEEDED', completionTime: '1970-01-01T00:00:30.500GMT' },
  ]),
  [`${APP}/stages?status=active`]: JSON.stringify([
    { numTasks: 100, numActiveTasks: 16, numCompleteTasks: 50, numFailedTasks: 1 },
    { numTasks: 8, numActiveTasks: 2, numCompleteTasks: 0 },
  ]),
  '/connect/': '<div><h4>\n  3\n  session(s) are online,\n running 1 Request(s)</h4></div>',
}

const reading =
  (pages: Readonly<Record<string, string>>): DriverApi =>
  async ({ path }: DriverPage) => {
    const page = pages[path]
    if (page === undefined) throw new Error(`404 ${path}`)
    return page
  }

const ACTIVITY = {
  runningJobs: 1,
  openSessions: 3,
  lastActiveAt: 60_000,
  runningTasks: 18,
  pendingTasks: 40,
}

describe('what a driver works on', () => {
  it('is what its jobs, stages and sessions say', async () => {
    expect(await driverActivity(reading(PAGES), 'ns')).toEqual(ACTIVITY)
  })

  it('is idle since its last job ended, and before any since it started', async () => {
    const idle = { ...PAGES, [`${APP}/jobs`]: '[]', [`${APP}/stages?status=active`]: '[]' }
    expect(await driverActivity(reading(idle), 'ns')).toMatchObject({
      runningJobs: 0,
      lastActiveAt: 1000,
      pendingTasks: 0,
    })
  })

  it.each([
    ['/api/v1/applications', '[]'],
    ['/api/v1/applications', '<html>Welcome</html>'],
    [`${APP}/jobs`, '{"jobs": []}'],
    [`${APP}/stages?status=active`, '[{"numTasks": -1}]'],
    ['/connect/', '<h4>Sessions</h4>'],
  ])('is unknown where %s says %s', async (path, page) => {
    const odd = driverActivity(reading({ ...PAGES, [path]: page }), 'ns')
    await expect(odd).rejects.toMatchObject({ kind: 'unknown-outcome' })
  })
})

describe('a simulated driver', () => {
  it('serves the same pages: idle at first, then what it is told, then nothing', async () => {
    const clock = virtualClock(1)
    const drivers = simulatedDrivers(clock)
    const began = clock.now()
    const ask = () => driverActivity(drivers.api, 'ns')
    const idle = { runningJobs: 0, openSessions: 0, runningTasks: 0, pendingTasks: 0 }
    expect(await ask()).toEqual({ ...idle, lastActiveAt: began })
    const work = { runningJobs: 2, openSessions: 1, runningTasks: 8, pendingTasks: 5 }
    drivers.set('ns', work)
    await clock.advance(5000)
    expect(await ask()).toEqual({ ...work, lastActiveAt: began })
    drivers.set('ns', undefined)
    await expect(ask()).rejects.toMatchObject({ kind: 'unavailable' })
  })
})

describe('over HTTP', () => {
  let server: Server
  let port = 0
  beforeEach(async () => {
    server = createServer(({ url = '' }, response) => {
      const page = PAGES[url]
      if (url === '/elsewhere') response.writeHead(302, { location: '/connect/' }).end()
      else if (url !== '/hangs') response.writeHead(page ? 200 : 404).end(page)
    })
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', listening)
    })
    const address = server.address()
    port = typeof address === 'object' && address ? address.port : 0
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  const here =
    (signal = new AbortController().signal): DriverApi =>
    ({ path }) =>
      driverHttp(() => signal)({ host: '127.0.0.1', port, path })

  it('the same pages say the same', async () => {
    expect(await driverActivity(here(), 'ns')).toEqual(ACTIVITY)
  })

  it.each(['/nothing', '/elsewhere'])('%s is no answer', async (path) => {
    const answer = here()({ host: '', port, path })
    await expect(answer).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('one that hangs is given up', async () => {
    const stopping = new AbortController()
    const answer = here(stopping.signal)({ host: '', port, path: '/hangs' })
    stopping.abort(new Error('too long'))
    await expect(answer).rejects.toMatchObject({ kind: 'unavailable' })
  })
})
