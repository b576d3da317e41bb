// What the pods of one start have in common: whose they are, what they run, where.
import type { SubjectOf } from '../domain/plan.ts'
import type { SparkPodInput } from '../manifests/spark-pod.ts'
import { imageOf, type NamespaceOutput } from './namespace.ts'

type Common = Pick<
  SparkPodInput,
  'account' | 'workspace' | 'cluster' | 'namespace' | 'life' | 'epoch' | 'owner' | 'image' | 'zone'
>

export function podInput(
  subject: SubjectOf<'cluster'>,
  life: number,
  { namespace, name, uid }: NamespaceOutput,
): Common {
  const { identity, cluster, zone, epoch } = subject
  return {
    account: identity.account,
    workspace: identity.workspace,
    cluster,
    namespace,
    life,
    epoch,
    owner: { name, uid },
    image: imageOf(subject),
    ...(zone === undefined ? {} : { zone }),
  }
}
