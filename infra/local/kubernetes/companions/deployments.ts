// A small Deployment controller: each Deployment has a ReplicaSet for its present template, each ReplicaSet its pods,
// and both say in their status how many are ready. Rollouts replace all pods at once; history is not kept.
import type { JsonObject, KubernetesObject } from '../../../../shared/manifests/object.ts'
import { sameJson } from '../frozen-json.ts'
import { randomSuffix } from '../create-object.ts'
import { namespaceOf, uidOf } from '../object-store.ts'
import { isTerminal } from '../pod-shape.ts'
import { timestamp } from '../timestamp.ts'
import { batched } from '../timers.ts'
import { calls } from './calls.ts'
import { follow } from './follow.ts'
import { isReadyPod } from './kubelet.ts'
import {
  appsVersion,
  controllerUid,
  ownedBySet,
  ownerReference,
  replicaSetOf,
  replicasOf,
  templateOf,
} from './replica-set.ts'
import type { CompanionStart } from './scheduler.ts'

function owned(map: Map<string, KubernetesObject>, uid: string): KubernetesObject[] {
  return [...map.values()].filter((object) => controllerUid(object) === uid)
}

interface Cache {
  readonly deployments: Map<string, KubernetesObject>
  readonly sets: Map<string, KubernetesObject>
  readonly pods: Map<string, KubernetesObject>
}

/** Of a controller's work queue, as client-go has it (ms). */
const REFUSED_FIRST = 5
const REFUSED_LONGEST = 1_000_000

export function startDeployments({ kubernetes, clock, signal, parallel }: CompanionStart): void {
  const out = calls({ clock, signal, parallel })
  const cache: Cache = { deployments: new Map(), sets: new Map(), pods: new Map() }
  const busy = new Set<string>()
  /** How often in a row, by uid of the ReplicaSet. */
  const refusals = new Map<string, number>()
  /** Those that are looked at again in a while. */
  const waiting = new Set<string>()

  const alive = (set: KubernetesObject): KubernetesObject[] =>
    owned(cache.pods, uidOf(set)).filter(
      (pod) => !isTerminal(pod) && !pod.metadata.deletionTimestamp,
    )

  async function writeStatus(object: KubernetesObject, status: JsonObject): Promise<void> {
    if (sameJson({ ...object.status, ...status }, object.status)) return
    const { name, namespace = '' } = object.metadata
    const ref = { apiVersion: appsVersion, kind: object.kind, namespace, name }
    const patch = { metadata: { uid: uidOf(object) }, status }
    await out.make(() => kubernetes.patch(ref, patch, { subresource: 'status' }))
  }

  /** Answers whether it was taken. */
  async function createPod(set: KubernetesObject): Promise<boolean> {
    const { metadata, spec } = templateOf(set)
    const name = `${set.metadata.name}-${randomSuffix(clock)}`
    const own = {
      ...metadata,
      name,
      namespace: namespaceOf(set),
      ownerReferences: [ownerReference(set)],
    }
    return out.make(async () => {
      const pod = await kubernetes.create({ apiVersion: 'v1', kind: 'Pod', metadata: own, spec })
      cache.pods.set(uidOf(pod), pod)
    })
  }

  async function deletePod(pod: KubernetesObject): Promise<void> {
    const { name, namespace = '' } = pod.metadata
    cache.pods.delete(uidOf(pod))
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace, name }
    await out.make(() => kubernetes.delete(ref, { uid: uidOf(pod) }))
  }

  /** Answers whether all that it asked for was taken. */
  async function reconcileSet(set: KubernetesObject): Promise<boolean> {
    const pods = alive(set)
    const missing = replicasOf(set) - pods.length
    const created = Array.from({ length: Math.max(0, missing) }, () => createPod(set))
    const isTaken = (await Promise.all(created)).every(Boolean)
    if (missing < 0) {
      const surplus = pods.sort(
        (left, right) => Number(isReadyPod(left)) - Number(isReadyPod(right)),
      )
      await Promise.all(surplus.slice(0, -missing).map(deletePod))
    }
    const now = alive(set)
    const readyReplicas = now.filter(isReadyPod).length
    await writeStatus(set, {
      replicas: now.length,
      readyReplicas,
      availableReplicas: readyReplicas,
      observedGeneration: set.metadata.generation,
    })
    return isTaken
  }

  async function scale(set: KubernetesObject, replicas: number): Promise<void> {
    if (replicasOf(set) === replicas) return
    const { name, namespace = '' } = set.metadata
    const ref = { apiVersion: appsVersion, kind: 'ReplicaSet', namespace, name }
    await out.make(() =>
      kubernetes.patch(ref, { metadata: { uid: uidOf(set) }, spec: { replicas } }),
    )
  }

  async function reconcileDeployment(deployment: KubernetesObject): Promise<void> {
    const wanted = replicaSetOf(deployment)
    const sets = owned(cache.sets, uidOf(deployment))
    const current = sets.find((set) => set.metadata.name === wanted.metadata.name)
    await Promise.all(sets.map((set) => scale(set, set === current ? replicasOf(deployment) : 0)))
    if (!current) {
      await out.make(async () => {
        const created = await kubernetes.create(wanted)
        cache.sets.set(uidOf(created), created)
      })
    }
    const pods = sets.flatMap(alive)
    const readyReplicas = pods.filter(isReadyPod).length
    const available = readyReplicas >= replicasOf(deployment)
    const conditions = deployment.status?.['conditions']
    const [before] = (Array.isArray(conditions) ? conditions : []) as {
      status?: string
      lastTransitionTime?: string
    }[]
    const status = available ? 'True' : 'False'
    await writeStatus(deployment, {
      observedGeneration: deployment.metadata.generation,
      replicas: pods.length,
      updatedReplicas: current ? alive(current).length : 0,
      readyReplicas,
      availableReplicas: readyReplicas,
      conditions: [
        {
          type: 'Available',
          status,
          reason: available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
          lastTransitionTime:
            before?.status === status ? before.lastTransitionTime : timestamp(clock.now()),
        },
      ],
    })
  }

  async function reconcile(uid: string): Promise<void> {
    if (busy.has(uid)) return look(uid)
    busy.add(uid)
    try {
      const set = cache.sets.get(uid)
      const deployment = cache.deployments.get(uid)
      const isTaken = !set || set.metadata.deletionTimestamp || (await reconcileSet(set))
      if (isTaken) refusals.delete(uid)
      else void lookAgain(uid)
      if (deployment && !deployment.metadata.deletionTimestamp)
        await reconcileDeployment(deployment)
    } finally {
      busy.delete(uid)
    }
  }

  /** What admission refuses now, it may take once what the pod names is there. */
  async function lookAgain(uid: string): Promise<void> {
    if (waiting.has(uid)) return
    waiting.add(uid)
    const times = refusals.get(uid) ?? 0
    refusals.set(uid, times + 1)
    await clock.sleep(Math.min(REFUSED_LONGEST, REFUSED_FIRST * 2 ** times), signal).catch(() => {})
    waiting.delete(uid)
    if (!signal.aborted) look(uid)
  }

  const look = batched<string>(clock, 5, (uids) => {
    for (const uid of uids) void reconcile(uid)
  })

  function wake(object: KubernetesObject): void {
    const owner = controllerUid(object)
    look(uidOf(object))
    if (!owner) return
    look(owner)
    const set = cache.sets.get(owner)
    if (set) look(controllerUid(set))
  }

  function followKind(apiVersion: string, kind: string, map: Map<string, KubernetesObject>): void {
    const onSet = (object: KubernetesObject): void => {
      // Pods that others own are none of its business, and may be thousands.
      if (kind === 'Pod' && !ownedBySet(object)) return
      map.set(uidOf(object), object)
      wake(object)
    }
    const onGone = (object: KubernetesObject): void => {
      if (map.delete(uidOf(object))) wake(object)
    }
    void follow({ kubernetes, clock, signal, kind: { apiVersion, kind }, onSet, onGone })
  }
  followKind(appsVersion, 'Deployment', cache.deployments)
  followKind(appsVersion, 'ReplicaSet', cache.sets)
  followKind('v1', 'Pod', cache.pods)
}
