import { afterEach, describe, expect, it } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { seconds } from '../domain/time.ts'
import { SPARK_CLUSTER, sparkClusterDefinition } from '../manifests/spark-cluster-crd.ts'
import { refOf } from './kubernetes-objects.ts'
import { makeObjects, observeObjects, removeObjects } from './marked-objects.ts'

const mark = { owner: 'us' }
const definition = sparkClusterDefinition(mark)
const input = { endpoint: 'api', mark, objects: [definition] }
const clusters = { ...SPARK_CLUSTER, namespace: 'default' }
let stop = (): void => undefined
afterEach(() => stop())

/** An API server that serves a new kind only after so long (ms). */
function start(establishMs: number) {
  const clock = virtualClock()
  const engine = kubernetesEngine({ clock, establishMs })
  stop = () => engine.stop()
  const kubernetes = engine.face('system:admin')
  return { clock, kubernetes, ports: { clock, kubernetes: () => kubernetes } }
}

describe('a definition whose kinds are not served at once', () => {
  it('is made only when they are: five seconds in a regional control plane', async () => {
    const { clock, kubernetes, ports } = start(seconds(5))
    const made = makeObjects(ports, input)
    await clock.advance(1000)
    await expect(kubernetes.list(clusters)).rejects.toMatchObject({ kind: 'not-found' })
    expect(await observeObjects(ports, input)).toMatchObject({ is: 'partial' })
    await clock.advance(seconds(10))
    expect(await made).toEqual({ is: 'present', output: { objects: 1 } })
    expect(await kubernetes.list(clusters)).toMatchObject({ items: [] })
    expect(await observeObjects(ports, input)).toMatchObject({ is: 'present' })
  })

  it('is looked at again where that takes longer', async () => {
    const { clock, ports } = start(seconds(60))
    const made = makeObjects(ports, input)
    await clock.advance(seconds(30))
    expect(await made).toEqual({ is: 'pending' })
    await clock.advance(seconds(30))
    expect(await makeObjects(ports, input)).toMatchObject({ is: 'present' })
  })

  it('is refused where another definition has its names, and can still be removed', async () => {
    const { clock, kubernetes, ports } = start(seconds(60))
    await kubernetes.create(definition)
    const message = '"sparkclusters" is already in use'
    const conditions = [{ type: 'NamesAccepted', status: 'False', message }]
    await kubernetes.patch(refOf(definition), { status: { conditions } }, { subresource: 'status' })
    expect(await makeObjects(ports, input)).toEqual({ is: 'pending' })
    expect(await observeObjects(ports, input)).toEqual({
      is: 'foreign',
      what: expect.stringContaining(message),
      isInside: true,
    })
    await removeObjects(ports, input)
    await clock.advance(1000)
    expect(await kubernetes.get(refOf(definition))).toBeUndefined()
  })
})
