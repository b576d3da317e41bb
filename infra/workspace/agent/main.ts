// The workspace agent as a program: what its Deployment runs in a workspace's GKE cluster (shared/manifests/agent.ts). It calls
// the API as its pod, publishes as its own identity, asks drivers over HTTP, answers the kubelet and
// the gateway, and ends when told to.
import { kubernetesClient } from '../../../shared/clients/kubernetes.ts'
import { pubsubBus } from '../../../shared/clients/pubsub-bus.ts'
import { systemClock as clock } from '../../../shared/clients/system-clock.ts'
import { seconds } from '../../../shared/domain/time.ts'
import type { Log } from '../../../shared/ports.ts'
import { textOf } from '../../../shared/runtime/failures.ts'
import { jsonLog, writeToStandardError } from '../../../shared/runtime/log.ts'
import { type AgentConfig, agentConfig } from './agent-config.ts'
import { startAgent } from './agent.ts'
import { driverActivity } from './driver-api.ts'
import { driverHttp } from './driver-http.ts'
import { inClusterEndpoint } from './in-cluster.ts'
import { answerProbes } from './probes.ts'
import { answerSessions } from './session-endpoint.ts'
import { snapshotEvent } from './snapshot-event.ts'

/** A page of a driver that takes longer is as good as none. */
const PAGE_WITHIN = seconds(10)

function logOf(project: string, pod: string): Log {
  const labels = { process: 'agent', pod }
  return jsonLog({ project, clock, labels, write: writeToStandardError })
}

function unwanted(): never {
  throw new Error('the agent subscribes to nothing')
}

function publisher({ project, topic, pod, pubsubEmulator }: AgentConfig) {
  const bus = pubsubBus({
    projectId: project,
    clock,
    pushEndpoint: unwanted,
    retry: unwanted,
    ...(pubsubEmulator === undefined ? {} : { emulatorHost: pubsubEmulator }),
  })
  const publish: Parameters<typeof startAgent>[0]['publish'] = async (snapshot, traceparent) => {
    const data = snapshotEvent(pod, snapshot, traceparent)
    await bus.publish(topic, { data, attributes: {} })
  }
  return { publish, close: () => bus.close() }
}

function pageDeadline(): AbortSignal {
  const over = new AbortController()
  const reason = new Error(`no answer within ${PAGE_WITHIN} ms`)
  void clock.sleep(PAGE_WITHIN).then(() => over.abort(reason))
  return over.signal
}

async function start(config: AgentConfig, log: Log): Promise<void> {
  const { server, serviceAccount, pod, host } = config
  const client = kubernetesClient({ clock })
  const { publish, close } = publisher(config)
  const readPage = driverHttp(pageDeadline)
  const agent = startAgent({
    kubernetes: client.open(await inClusterEndpoint({ server, serviceAccount, clock })),
    clock,
    identity: pod,
    publish,
    activity: (namespace) => driverActivity(readPage, namespace),
    log(message, error) {
      log('WARNING', `agent: ${message}`, error === undefined ? {} : { error: textOf(error) })
    },
  })
  const probes = await answerProbes(agent, host)
  const sessions = await answerSessions(agent.admit, host)
  process.once('SIGTERM', () => {
    void end(async () => {
      await agent.stop()
      await Promise.all([probes.stop(), sessions.stop(), close()])
      client.close()
    }, log)
  })
  log('INFO', 'agent: started', { server, topic: config.topic })
}

/** The kubelet waits for half a minute, and then ends it itself. */
async function end(stop: () => Promise<void>, log: Log): Promise<void> {
  try {
    await stop()
    log('INFO', 'agent: ended')
    process.exit(0)
  } catch (error) {
    fail('agent: could not end in order', error, log)
  }
}

function fail(message: string, error: unknown, log: Log): void {
  log('ERROR', message, { error: textOf(error) })
  process.exit(1)
}

try {
  const config = agentConfig(process.env)
  const log = logOf(config.project, config.pod)
  // Started again by the kubelet, it knows everything anew within seconds.
  process.on('uncaughtException', (error) => fail('agent: failed', error, log))
  await start(config, log)
} catch (error) {
  fail('agent: could not start', error, logOf('', process.env['POD_NAME'] ?? ''))
}
