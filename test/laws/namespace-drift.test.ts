// A cluster's namespace is put right again, whatever was taken out of it or changed in it (issue: heal): what bounds a
// cluster's pods (R7, R9) holds for as long as they live.
import { describe, expect, it } from 'vitest'
import { isExactly } from '../../shared/domain/drift.ts'
import type { JsonObject, KubernetesObject } from '../../shared/manifests/object.ts'
import { inParallel, refOf } from '../../shared/steps/kubernetes-objects.ts'
import { type ClusterLab, clusterLab } from './cluster-lab.ts'
import { converge } from './converge.ts'

const objectsOf = ({ input }: ClusterLab) => input['objects'] as readonly KubernetesObject[] // the step's own input
const nameOf = ({ kind, metadata: { name } }: KubernetesObject): string => `${kind} ${name}`

async function contents(lab: ClusterLab): Promise<unknown[]> {
  const found = await inParallel(objectsOf(lab), (object) => lab.gke().get(refOf(object)))
  return found.map((object) => {
    if (!object) return undefined
    const { metadata, status: _status, ...content } = object
    return { ...content, name: metadata.name, labels: metadata.labels }
  })
}

const { names } = await (async () => {
  const lab = await clusterLab('namespace')
  const names = objectsOf(lab).slice(1).map(nameOf)
  await lab.stop()
  return { names }
})()

interface Healed {
  /** By a look after the disturbance, and by one after the repair. */
  readonly seen: readonly string[]
  /** Objects that are not what they were. */
  readonly unlike: readonly unknown[]
}
const WELL: Healed = { seen: ['partial', 'present'], unlike: [] }

/** What becomes of a namespace that is disturbed and then brought to what is wanted. */
async function healed(disturb: (lab: ClusterLab) => Promise<unknown>): Promise<Healed> {
  const lab = await clusterLab('namespace')
  const before = await contents(lab)
  await disturb(lab)
  const disturbed = await lab.look()
  await converge(lab, 'up', 'again')
  const seen = [disturbed, await lab.look()]
  const after = await contents(lab)
  await lab.stop()
  return { seen, unlike: after.filter((object, at) => !isExactly(object, before[at])) }
}

function named(lab: ClusterLab, name: string): KubernetesObject {
  const found = objectsOf(lab).find((object) => nameOf(object) === name)
  if (!found) throw new Error(`there is no ${name}`)
  return found
}

describe('what was deleted is made again', () => {
  it.each(names)('%s', async (name) => {
    expect(await healed((lab) => lab.gke().delete(refOf(named(lab, name))))).toEqual(WELL)
  })
})

const DENY = 'NetworkPolicy deny-all'
const EVERY_POD: JsonObject = { podSelector: { matchLabels: null } }
const OPEN: JsonObject = { ingress: [{}], egress: [{}] }
const LARGE: JsonObject = { hard: { pods: '9999', 'services.nodeports': '5' } }

describe('what was changed is put back', () => {
  it.each<[what: string, name: string, patch: JsonObject]>([
    ['a policy that was opened', DENY, { spec: OPEN }],
    ['a policy with another selector', 'NetworkPolicy agent', { spec: EVERY_POD }],
    ['a policy with a way out more', 'NetworkPolicy dns', { spec: { egress: [{}] } }],
    ['a larger quota', 'ResourceQuota cluster', { spec: LARGE }],
    ['a limit range without limits', 'LimitRange cluster', { spec: { limits: [] } }],
    [
      'an account whose token is mounted',
      'ServiceAccount executor',
      { automountServiceAccountToken: true },
    ],
    ['a Service of other pods', 'Service driver', { spec: { selector: { app: 'other' } } }],
    [
      'the size of the cluster in its record',
      'SparkCluster spark-etl-1',
      { spec: { executors: { count: 900 } } },
    ],
  ])('%s', async (_what, name, patch) => {
    expect(await healed((lab) => lab.gke().patch(refOf(named(lab, name)), patch))).toEqual(WELL)
  })

  it.each([
    ['privileged pods', { 'pod-security.kubernetes.io/enforce': 'privileged' }],
    ['an old standard', { 'pod-security.kubernetes.io/enforce-version': 'v1.20' }],
    ['no standard', { 'pod-security.kubernetes.io/enforce': null }],
  ])('a namespace that allows %s', async (_what, labels) => {
    expect(
      await healed(({ gke, input }) => {
        const [space] = input['objects'] as readonly KubernetesObject[]
        if (!space) throw new Error('there is no namespace')
        return gke().patch(refOf(space), { metadata: { labels } })
      }),
    ).toEqual(WELL)
  })
})

describe('people are told', () => {
  it.each([
    ['is missing', (lab: ClusterLab) => lab.gke().delete(refOf(named(lab, DENY)))],
    [
      'is not as it should be',
      (lab: ClusterLab) => lab.gke().patch(refOf(named(lab, DENY)), { spec: OPEN }),
    ],
  ])('which object %s', async (how, disturb) => {
    const lab = await clusterLab('namespace')
    await disturb(lab)
    const seen = await lab.drive(lab.step.observe(lab.ports(), lab.input))
    expect(seen).toEqual({ is: 'partial', what: `NetworkPolicy "deny-all" ${how}` })
    await lab.stop()
  })
})

describe('what is not ours to say stays', () => {
  it("the idle rule's drain, through a repair of the rest", async () => {
    const lab = await clusterLab('namespace')
    const resource = named(lab, 'SparkCluster spark-etl-1')
    await lab.gke().patch(refOf(resource), { spec: { drain: '1-2' } })
    expect(await lab.look()).toBe('present')
    await lab.gke().patch(refOf(resource), { spec: { image: 'another' } })
    await converge(lab, 'up', 'again')
    const after = await lab.gke().get(refOf(resource))
    expect(after?.spec).toMatchObject({ drain: '1-2', image: resource.spec?.['image'] })
    await lab.stop()
  })

  it('the custom resource keeps its uid, which every pod and snapshot names', async () => {
    const lab = await clusterLab('namespace')
    const ref = refOf(named(lab, 'SparkCluster spark-etl-1'))
    const before = await lab.gke().get(ref)
    await lab.gke().patch(ref, { spec: { image: 'another' } })
    const output = await converge(lab, 'up', 'again')
    expect(output['uid']).toBe(before?.metadata.uid)
    await lab.stop()
  })
})

describe('the cost', () => {
  it('of a look is one call for the namespace and one for each kind in it', async () => {
    const lab = await clusterLab('namespace')
    lab.faults.record()
    await lab.look()
    const kinds = new Set(objectsOf(lab).map(({ kind }) => kind))
    expect(lab.faults.calls()).toHaveLength(kinds.size)
    await converge(lab, 'down')
    lab.faults.record()
    expect(await lab.look()).toBe('absent')
    expect(lab.faults.calls()).toHaveLength(1)
    await lab.stop()
  })

  it('of a first making is one create for each object, and no look', async () => {
    const lab = await clusterLab('namespace')
    await converge(lab, 'down')
    lab.faults.record()
    await lab.drive(lab.step.apply(lab.ports(), lab.input, true))
    const methods = lab.faults.calls().map(({ method }) => method)
    expect(methods).toEqual(objectsOf(lab).map(() => 'create'))
    await lab.stop()
  })
})
