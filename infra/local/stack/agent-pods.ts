// Runs the workspace agent where a node would: for as long as its Deployment's pod is Ready, with what the pod's
// environment says, under the identities that the pod has.
import { AGENT, AGENT_POD, SYSTEM_NAMESPACE } from '../../../shared/manifests/agent.ts'
import { unreachable } from '../../../shared/domain/session-admission.ts'
import { selectorOf } from '../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Bus, Clock, Kubernetes, Log } from '../../../shared/ports.ts'
import { textOf } from '../../../shared/runtime/failures.ts'
import { type Agent, type AgentOptions, startAgent } from '../../workspace/agent/agent.ts'
import { startReflector } from '../../workspace/agent/reflector.ts'
import type { AdmitSession } from '../../workspace/agent/session-admission.ts'
import { snapshotEvent } from '../../workspace/agent/snapshot-event.ts'
import { isReadyPod } from '../kubernetes/companions/kubelet.ts'

/** What an agent calls, and what tells it from others. */
export interface AgentSurroundings {
  readonly kubernetes: Kubernetes
  readonly bus: Bus
  readonly clock: Clock
  readonly activity: NonNullable<AgentOptions['activity']>
  readonly identity: string
}

/** Runs an agent in a process of its own making: with other surroundings, not to its end, or more than once. */
export type AgentProcess = (
  given: AgentSurroundings,
  start: (own: AgentSurroundings) => Agent,
) => Agent

export interface AgentPodsOptions {
  readonly clock: Clock
  /** What nodes see their pods with. */
  readonly nodes: Kubernetes
  /** What the agent itself calls with. */
  readonly agent: Kubernetes
  /** The bus as the agent's identity meets it. */
  readonly busAs: (member: string) => Bus
  /** Project of the customer: its identity pool names the agent. */
  readonly project: string
  readonly activity: AgentSurroundings['activity']
  readonly log: Log
  readonly process?: AgentProcess | undefined
  /** Puts an agent's endpoint where others reach it; without it, only this process does. */
  readonly exposeSessions?: (admit: AdmitSession) => Promise<ExposedSessions>
}

/** An agent's endpoint for sessions, as somebody outside its pod reaches it. */
export interface ExposedSessions {
  readonly ask: AdmitSession
  stop(): Promise<void>
}

export interface AgentPods {
  /** Asks whichever agent runs. */
  readonly admit: AdmitSession
  stop(): Promise<void>
}

export function runAgentPods(options: AgentPodsOptions): AgentPods {
  const { clock, nodes, exposeSessions = unexposed } = options
  const agents = new Map<string, RunningAgent>()

  function put(pod: KubernetesObject): void {
    const uid = pod.metadata.uid ?? ''
    if (agents.has(uid) || !isReadyPod(pod) || pod.metadata.deletionTimestamp) return
    const agent = agentIn(pod, options)
    agents.set(uid, { agent, sessions: exposeSessions(agent.admit) })
  }

  async function remove(uid: string): Promise<void> {
    const running = agents.get(uid)
    agents.delete(uid)
    await (await running?.sessions)?.stop()
    await running?.agent.stop()
  }

  const reflector = startReflector({
    kubernetes: nodes,
    clock,
    kind: { apiVersion: 'v1', kind: 'Pod', namespace: SYSTEM_NAMESPACE },
    labelSelector: selectorOf(AGENT_POD),
    onList: (pods) => {
      const there = new Set(pods.map(({ metadata }) => metadata.uid))
      for (const uid of agents.keys()) if (!there.has(uid)) void remove(uid)
      pods.forEach(put)
    },
    onChange: (type, pod) => {
      if (type === 'DELETED') void remove(pod.metadata.uid ?? '')
      else put(pod)
    },
  })
  return {
    async admit(namespace) {
      // The newest pod is the one that is meant.
      const newest = [...agents.values()].at(-1)
      if (!newest) return unreachable(namespace, 'its agent does not run')
      return await (await newest.sessions).ask(namespace)
    },
    async stop() {
      await reflector.stop()
      await Promise.all([...agents.keys()].map(remove))
    },
  }
}

interface RunningAgent {
  readonly agent: Agent
  readonly sessions: Promise<ExposedSessions>
}

async function unexposed(admit: AdmitSession): Promise<ExposedSessions> {
  return { ask: admit, stop: async () => {} }
}

function agentIn(pod: KubernetesObject, options: AgentPodsOptions): Agent {
  const { clock, agent: kubernetes, busAs, project, activity, log } = options
  const member = `serviceAccount:${project}.svc.id.goog[${SYSTEM_NAMESPACE}/${AGENT}]`
  const topic = environmentOf(pod).get('KINDLING_TOPIC') ?? ''
  const start = ({ bus, identity, ...own }: AgentSurroundings): Agent =>
    startAgent({
      ...own,
      identity,
      log: (message, error) => {
        log('WARNING', `agent: ${message}`, error === undefined ? {} : { error: textOf(error) })
      },
      async publish(snapshot, traceparent) {
        const data = snapshotEvent(identity, snapshot, traceparent)
        await bus.publish(topic, { data, attributes: {} })
      },
    })
  const { name: identity } = pod.metadata
  const given = { kubernetes, bus: busAs(member), clock, activity, identity }
  return options.process ? options.process(given, start) : start(given)
}

/** Variables that the pod's first container is given by value. */
function environmentOf(pod: KubernetesObject): ReadonlyMap<string, string> {
  const containers = pod.spec?.['containers']
  const first: unknown = Array.isArray(containers) ? containers[0] : undefined
  const env: unknown = typeof first === 'object' && first && 'env' in first ? first.env : undefined
  const found = new Map<string, string>()
  for (const entry of Array.isArray(env) ? (env as unknown[]) : []) {
    if (typeof entry !== 'object' || !entry || !('name' in entry) || !('value' in entry)) continue
    found.set(String(entry.name), String(entry.value))
  }
  return found
}
