// Kubernetes objects of a simulated GKE cluster, also of kinds that it does not know yet: then there are none.
import type { KubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { SPARK_CLUSTER } from '../../shared/manifests/spark-cluster-crd.ts'

export function sparkClustersIn(engine: KubernetesEngine): readonly KubernetesObject[] {
  const { apiVersion, kind } = SPARK_CLUSTER
  const isKnown = engine.api.registry.all().some((resource) => resource.kind === kind)
  return isKnown ? engine.snapshot(apiVersion, kind) : []
}
