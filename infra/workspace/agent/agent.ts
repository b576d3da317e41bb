// The workspace agent: watches the pods and custom resources of every Spark cluster of a workspace and reports a level of
// each (design section 3, "Pod-ready"). It only reads, but for the status of custom resources and its Lease. Runs inside
// the GKE cluster, alone on its topic.
import type { PodSnapshot } from '../../../events/pod-snapshot.ts'
import type { Serves } from '../../../shared/domain/meter.ts'
import { backOff, seconds } from '../../../shared/domain/time.ts'
import { MANAGED_SELECTOR } from '../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { SPARK_CLUSTER } from '../../../shared/manifests/spark-cluster-crd.ts'
import type { Clock, Kubernetes } from '../../../shared/ports.ts'
import { clusterFact } from './cluster-fact.ts'
import { clusterReport, type ClusterReport, type Publish } from './cluster-report.ts'
import { agentLease, RENEW_EVERY } from './lease.ts'
import type { Activity } from './level.ts'
import { nodeMeter } from './node-meter.ts'
import { nodeTable } from './node-table.ts'
import { podTable } from './pod-table.ts'
import { startReflector } from './reflector.ts'
import { warmPods } from './warm-pods.ts'
import { type AdmitSession, sessionAdmission } from './session-admission.ts'

export interface AgentOptions {
  readonly kubernetes: Kubernetes
  /** Rejects when the message was not stored; it is then tried again. */
  readonly publish: Publish
  readonly clock: Clock
  /** Tells this agent's start from others: the pod's name. */
  readonly identity: string
  /** What a driver works on; undefined = unknown. Without it every activity is unknown. */
  readonly activity?: (namespace: string) => Promise<Activity | undefined>
  readonly log?: (message: string, error: unknown) => void
  /** Milliseconds between two reports of the workspace when nothing changes. */
  readonly heartbeatMs?: number
}

export interface Agent {
  /** Whether it knows all pods and clusters, and may speak. */
  isReady(): boolean
  /** Decides over a session that somebody wants to open. */
  readonly admit: AdmitSession
  stop(): Promise<void>
}

const HEARTBEAT = seconds(60)
const RETRY = { first: 500, longest: seconds(15) }

export function startAgent(options: AgentOptions): Agent {
  const { kubernetes, clock, publish, activity, log = () => undefined } = options
  const stopping = new AbortController()
  const pods = podTable(() => clock.now())
  const nodes = nodeTable(() => clock.now())
  const warm = warmPods()
  const lease = agentLease(kubernetes, clock, options.identity)
  const reports = new Map<string, ClusterReport>()
  const endings = new Set<Promise<void>>()
  const meter = nodeMeter({
    now: () => clock.now(),
    readyAt: (node) => nodes.readyAt(node),
    serving: () =>
      new Map<string, Serves>([
        ...Array.from(warm.nodes(), (node) => [node, { warm: true }] as const),
        ...[...reports.values()].flatMap((report) => report.serving()),
      ]),
  })
  let term: number | undefined
  let sequence = 0

  /** Nothing is said before both lists are in, nor while they may be out of date: silence is unknown, a wrong word is not. */
  const stamp = (): Pick<PodSnapshot, 'term' | 'sequence'> | undefined => {
    if (term === undefined || !podReflector.isCurrent() || !clusterReflector.isCurrent()) return
    return { term, sequence: sequence++ }
  }

  function putCluster(object: KubernetesObject): void {
    const fact = clusterFact(object)
    if (!fact) return
    const known = reports.get(fact.uid)
    if (known) return known.update(fact)
    const report = clusterReport(fact, {
      kubernetes,
      clock,
      publish,
      pods: () => pods.groupOf(fact.uid),
      nodeReadyAt: (node) => nodes.readyAt(node),
      stamp,
      ...(activity ? { activity } : {}),
      log,
    })
    reports.set(fact.uid, report)
  }

  function endReport(uid: string): void {
    const ending = reports.get(uid)?.stop()
    reports.delete(uid)
    if (!ending) return
    endings.add(ending)
    void ending.finally(() => endings.delete(ending))
  }

  function listClusters(objects: readonly KubernetesObject[]): void {
    const there = new Set(objects.map(({ metadata }) => metadata.uid))
    for (const uid of reports.keys()) if (!there.has(uid)) endReport(uid)
    objects.forEach(putCluster)
  }

  const touched = (owners: Iterable<string>): void => {
    for (const owner of owners) reports.get(owner)?.changed()
  }

  const reflect = { kubernetes, clock, labelSelector: MANAGED_SELECTOR }
  const podReflector = startReflector({
    ...reflect,
    kind: { apiVersion: 'v1', kind: 'Pod' },
    onList: (objects) => {
      warm.replace(objects)
      touched(pods.replace(objects))
    },
    onChange: (type, pod) => {
      const told = type === 'DELETED' ? 'remove' : 'put'
      warm[told](pod)
      touched(pods[told](pod))
    },
    onError: (error) => log('pods cannot be watched', error),
  })
  const clusterReflector = startReflector({
    ...reflect,
    kind: SPARK_CLUSTER,
    onList: listClusters,
    onChange: (type, object) =>
      type === 'DELETED' ? endReport(object.metadata.uid ?? '') : putCluster(object),
    onError: (error) => log('Spark clusters cannot be watched', error),
  })
  const nodeReflector = startReflector({
    kubernetes,
    clock,
    kind: { apiVersion: 'v1', kind: 'Node' },
    onList: (objects) => {
      nodes.replace(objects)
      meter.replace(objects)
    },
    onChange: (type, node) => {
      const told = type === 'DELETED' ? 'remove' : 'put'
      nodes[told](node)
      meter[told](node)
    },
    onError: (error) => log('nodes cannot be watched', error),
  })

  const running = Promise.all([
    forever(stopping.signal, holdTerm),
    forever(stopping.signal, async () => {
      await clock.sleep(options.heartbeatMs ?? HEARTBEAT, stopping.signal)
      for (const report of reports.values()) report.tick()
      leastRecent(reports.values())?.heartbeat()
    }),
  ])

  /** Takes the Lease, keeps it for as long as it is left to us, and waits until another's lapses. */
  async function holdTerm(): Promise<void> {
    const { signal } = stopping
    term = await takeLease()
    sequence = 0
    const { note, uid } = lease.found()
    meter.resume(note, uid)
    do await clock.sleep(RENEW_EVERY, signal)
    while (await lease.renew(meter.note()).catch(() => true))
    term = undefined
    log('another agent holds the Lease', undefined)
    const lapse = (): Promise<number> => lease.lapsesAt().catch(() => clock.now() + RENEW_EVERY)
    for (let at = await lapse(); at > clock.now(); at = await lapse()) {
      await clock.sleep(at - clock.now(), signal)
    }
  }

  async function takeLease(): Promise<number> {
    for (let tries = 0; ; tries++) {
      try {
        return await lease.take()
      } catch (error) {
        log('the Lease cannot be taken', error)
        await clock.sleep(backOff(tries, RETRY.first, RETRY.longest), stopping.signal)
      }
    }
  }

  return {
    isReady: () => term !== undefined && podReflector.isCurrent() && clusterReflector.isCurrent(),
    admit: sessionAdmission({
      kubernetes,
      clock,
      known: (namespace) =>
        [...reports.values()]
          .map((each) => each.fact())
          .find((each) => each.namespace === namespace),
      isCurrent: () => clusterReflector.isCurrent(),
      driver: (uid) => pods.groupOf(uid).driver(),
    }),
    async stop() {
      stopping.abort(new Error('the agent was stopped'))
      for (const uid of reports.keys()) endReport(uid)
      await Promise.all([podReflector, clusterReflector, nodeReflector].map((each) => each.stop()))
      await Promise.all([running, ...endings])
    },
  }
}

/** One heartbeat for the whole workspace: the cluster that was silent for longest speaks (protocol rule 14). */
function leastRecent(reports: Iterable<ClusterReport>): ClusterReport | undefined {
  let longest: ClusterReport | undefined
  for (const report of reports) {
    if (!longest || report.lastSentAt() < longest.lastSentAt()) longest = report
  }
  return longest
}

/** Ends when the signal aborts, which every wait inside heeds. */
async function forever(signal: AbortSignal, turn: () => Promise<void>): Promise<void> {
  while (!signal.aborted) await turn().catch(() => undefined)
}
