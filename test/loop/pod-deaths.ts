// Pods whose machines are gone.
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import type { Loop } from './fixture.ts'

/** As a machine leaves them that is gone: ended, and still holding their names. */
export async function die(
  { stack, clock }: Loop,
  pods: readonly KubernetesObject[],
): Promise<void> {
  const [engine] = stack.data.clusters.values()
  const kubernetes = engine?.face('system:admin')
  for (const { metadata } of pods) {
    const { name, namespace = '' } = metadata
    const ref = { apiVersion: 'v1', kind: 'Pod', name, namespace }
    const status = { phase: 'Failed', reason: 'Terminated', conditions: [] }
    await kubernetes?.patch(ref, { status }, { subresource: 'status' })
  }
  await clock.advance(1000)
}
