// Whose Kubernetes answers for the GKE clusters of the simulated cloud.
import { CallError } from '../../../shared/call-error.ts'

/** The engine in this source; a real control plane for each GKE cluster, started here; or the kubeconfig's cluster. */
export const kubernetesChoices = ['embedded', 'managed', 'external'] as const
export type KubernetesChoice = (typeof kubernetesChoices)[number]

const VARIABLE = 'KINDLING_KUBERNETES'

/** What is chosen where nobody has said otherwise. Throws `invalid`. */
export function chosenKubernetes(environment: NodeJS.ProcessEnv): KubernetesChoice {
  const given = environment[VARIABLE] || 'embedded'
  const choice = kubernetesChoices.find((each) => each === given)
  if (choice) return choice
  throw new CallError(
    'invalid',
    `${VARIABLE}="${given}" must be ${kubernetesChoices.join(', ')} or unset`,
  )
}

/**
 * A real scheduler and real watches take their own time, however much faster than life the cloud runs: a node that waits for
 * its pods must not be taken for one that nobody needs. GKE itself waits no shorter for Kindling's pools (rule *tail*).
 */
const LEAST_EMPTY_MS = 60_000

/** For the profile: how long an empty node stays at least. */
export function leastEmptyMs(kubernetes: KubernetesChoice): number {
  return kubernetes === 'embedded' ? 0 : LEAST_EMPTY_MS
}
