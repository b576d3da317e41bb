// The workspace agent as the process that its Deployment runs: bundled, with the environment and the probes that the manifest
// gives it, calling a Kubernetes API over HTTP as its pod, asking a driver's pages, publishing to Pub/Sub.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Envelope } from '../../events/envelope.ts'
import { PodSnapshot } from '../../events/pod-snapshot.ts'
import { bundleAgent } from '../../infra/bundle/bundle-agent.ts'
import { type Child, startChild, tailOf } from '../../infra/local/child-process.ts'
import { realClock } from '../../infra/local/clock.ts'
import { clientEnvironment } from '../../infra/local/emulators.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import {
  kubernetesServer,
  type KubernetesServer,
} from '../../infra/local/kubernetes/http/server.ts'
import { simulatedDrivers } from '../../infra/local/stack/drivers.ts'
import { pubsubBus, type PubsubBus } from '../../shared/clients/pubsub-bus.ts'
import {
  AGENT,
  AGENT_LEASE,
  AGENT_SESSIONS,
  AGENT_USER,
  SYSTEM_NAMESPACE,
} from '../../shared/manifests/agent.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { sparkPorts } from '../../shared/manifests/spark-pod.ts'
import { type EmulatorForTests, withEmulator } from '../contract/emulator-for-tests.ts'
import { pushReceiver, type PushReceiver } from '../contract/push-receiver.ts'
import { sparkWorkspace } from '../spark-workspace.ts'
import { agentContainer, environmentOf, probePaths } from './agent-container.ts'

const POD = 'kindling-agent-7d9f-x2x'
const LIMIT_MS = 30_000
/** Of this test alone: the ports that the manifest says are taken there, whatever else runs on the machine. */
const ADDRESS = `127.${64 + (process.pid % 128)}.${(process.pid >> 7) % 256}.7`

const isWhole = ({ level }: PodSnapshot): boolean =>
  level.driver === 'ready' && level.executors.ready === 3

await withEmulator('pubsub', (startEmulator) => {
  describe('the agent as a process', () => {
    const clock = realClock(1)
    const engine = kubernetesEngine({ clock })
    const api = engine.face('system:admin')
    const drivers = simulatedDrivers(clock)
    const snapshots: PodSnapshot[] = []
    let directory = ''
    let emulator: EmulatorForTests
    let server: KubernetesServer
    let pages: Server
    let receiver: PushReceiver
    let bus: PubsubBus
    let container: ReturnType<typeof agentContainer>
    let agent: Child
    let spark: Awaited<ReturnType<ReturnType<typeof sparkWorkspace>['running']>>

    async function until<T>(
      what: string,
      look: () => Promise<T | undefined> | T | undefined,
    ): Promise<T> {
      const limit = clock.now() + LIMIT_MS
      for (;;) {
        const found = await look()
        if (found !== undefined) return found
        if (clock.now() > limit)
          throw new Error(`${what}: not seen; ${await tailOf(agent.logFile)}`)
        await clock.sleep(50)
      }
    }

    /** The status that a probe of the kubelet gets, or undefined where nobody answers. */
    async function probe(path: string): Promise<number | undefined> {
      return await fetch(`http://${ADDRESS}:${container.healthPort}${path}`).then(
        ({ status }) => status,
        () => undefined,
      )
    }

    const said = (holds: (snapshot: PodSnapshot) => boolean) => (): PodSnapshot | undefined =>
      snapshots.find(holds)

    async function startAgentProcess(): Promise<Child> {
      await bundleAgent(join(directory, 'agent'))
      const account = join(directory, 'service-account')
      await mkdir(account)
      await writeFile(join(account, 'token'), `${AGENT_USER}\n`)
      const { hostname, port } = new URL(server.url)
      return await startChild(
        {
          name: 'agent',
          words: [
            process.execPath,
            '--import',
            fileURLToPath(new URL('cluster-dns.ts', import.meta.url)),
            join(directory, 'agent/agent.mjs'),
          ],
          environment: {
            PATH: process.env['PATH'],
            ...clientEnvironment,
            ...environmentOf(container, POD),
            // By the kubelet, in every pod.
            KUBERNETES_SERVICE_HOST: hostname,
            KUBERNETES_SERVICE_PORT: port,
            // What stands in for Google and for GKE's network here.
            KINDLING_KUBERNETES_SCHEME: 'http',
            KINDLING_SERVICE_ACCOUNT: account,
            KINDLING_HOST: ADDRESS,
            KINDLING_TEST_SERVICES: ADDRESS,
            PUBSUB_EMULATOR_HOST: emulator.host,
          },
        },
        join(directory, 'logs'),
        clock,
      )
    }

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'kindling-agent-'))
      emulator = await startEmulator()
      server = await kubernetesServer(engine, clock)
      const workspace = sparkWorkspace(api, clock)
      await workspace.install()
      container = agentContainer(await deployment())
      const environment = environmentOf(container, POD)
      receiver = await pushReceiver()
      bus = pubsubBus({
        projectId: environment['KINDLING_PROJECT'] ?? '',
        clock,
        emulatorHost: emulator.host,
        pushEndpoint: (name, topic) => receiver.endpoint(name, topic),
        retry: () => ({
          minBackoffMs: 100,
          maxBackoffMs: 1000,
          ackDeadlineMs: 10_000,
          retentionMs: 600_000,
        }),
      })
      receiver.handle('pod-ready', async ({ data }) => {
        snapshots.push(PodSnapshot.parse(Envelope.parse(JSON.parse(data)).data))
      })
      const topic = environment['KINDLING_TOPIC'] ?? ''
      await bus.createTopic(topic, {})
      await bus.subscribe(topic, 'pod-ready', 'pod-ready')
      pages = await serveDrivers()
      agent = await startAgentProcess()
      spark = await workspace.running('etl', 3)
    }, 120_000)

    afterAll(async () => {
      await agent.kill()
      pages.close()
      await Promise.all([bus.close(), receiver.close(), server.stop()])
      await emulator.stop()
      engine.stop()
      clock.stop()
      await rm(directory, { recursive: true, force: true })
    })

    async function deployment(): Promise<KubernetesObject> {
      const ref = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: SYSTEM_NAMESPACE,
        name: AGENT,
      }
      const found = await api.get(ref)
      if (!found) throw new Error('there is no Deployment of the agent')
      return found
    }

    /** Spark's pages, at the port that a driver has them on. */
    async function serveDrivers(): Promise<Server> {
      const made = createServer((request, response) => {
        const [host = ''] = (request.headers.host ?? '').split(':')
        drivers.api({ host, port: sparkPorts.ui, path: request.url ?? '' }).then(
          (page) => response.end(page),
          () => response.writeHead(503).end(),
        )
      })
      await new Promise<void>((resolve) => made.listen(sparkPorts.ui, ADDRESS, resolve))
      return made
    }

    test('is alive, and then ready, where the manifest has the kubelet ask', async () => {
      const { live, ready } = probePaths(container)
      await until('alive', async () => ((await probe(live)) === 200 ? true : undefined))
      await until('ready', async () => ((await probe(ready)) === 200 ? true : undefined))
      expect(await probe('/metrics')).toBe(404)
    })

    test('publishes what is ready and what the driver works on, and writes the same into the status', async () => {
      await until('a whole cluster', said(isWhole))
      const known = await until(
        'what the driver does',
        said((each) => isWhole(each) && each.level.activity !== undefined),
      )
      expect(known).toMatchObject({ uid: spark.spark.uid, term: 1 })
      expect(known.level.activity).toMatchObject({ runningJobs: 0, openSessions: 0 })
      drivers.set(spark.spark.namespace, { runningJobs: 2, openSessions: 1 })
      const busy = await until(
        'a job',
        said(({ level }) => level.activity?.runningJobs === 2),
      )
      expect(busy.level.activity).toMatchObject({ openSessions: 1 })
      const status = await until('the status', async () => {
        const found = (await api.get(spark.spark.ref))?.['status']
        return JSON.stringify(found ?? '').includes('"runningJobs":2') ? found : undefined
      })
      expect(status).toMatchObject({ level: { driver: 'ready', executors: { ready: 3 } } })
    }, 60_000)

    test('holds the Lease under the name of its pod', async () => {
      const lease = await api.get(AGENT_LEASE)
      expect(lease?.spec).toMatchObject({ holderIdentity: POD, leaseTransitions: 1 })
    })

    test('lets sessions in where the manifest has its port for them', async () => {
      const response = await fetch(
        `http://${ADDRESS}:${AGENT_SESSIONS.port}${AGENT_SESSIONS.path}`,
        {
          method: 'POST',
          body: JSON.stringify({ namespace: spark.spark.namespace }),
        },
      )
      expect([response.status, await response.json()]).toEqual([200, { is: 'admitted' }])
    })

    test('ends in order when it is told to, and has said everything in lines of JSON', async () => {
      process.kill(agent.pid, 'SIGTERM')
      expect(await agent.ended).toBe('code 0')
      const lines = (await readFile(agent.logFile, 'utf8')).trim().split('\n')
      expect(lines.filter((line) => !line.startsWith('{'))).toEqual([])
      const messages = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
      expect(messages.map(({ message }) => message)).toEqual(
        expect.arrayContaining(['agent: started', 'agent: ended']),
      )
      expect(messages.every(({ severity }) => severity !== 'ERROR')).toBe(true)
      expect(await probe(probePaths(container).live)).toBeUndefined()
    })
  })
})
