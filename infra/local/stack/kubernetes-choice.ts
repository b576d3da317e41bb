// Whose Kubernetes answers for the GKE clusters of the simulated cloud.
import { CallError } from '../../../shared/call-error.ts'

/** The engine in this source; or a real control plane for each GKE cluster, started here. */
export const kubernetesChoices = ['embedded', 'managed'] as const
export type KubernetesChoice = (typeof kubernetesChoices)[number]

const VARIABLE = 'KINDLING_KUBERNETES'

/** What is chosen where nobody has said otherwise. Throws `invalid`. */
export function chosenKubernetes(environment: NodeJS.ProcessEnv): KubernetesChoice {
  const given = environment[VARIABLE] || 'embedded'
  const choice = kubernetesChoices.find((each) => each === given)
  if (choice) return choice
  throw new CallError(
    'invalid',
    `${VARIABLE}="${given}" must be ${kubernetesChoices.join(' or ')}, or unset`,
  )
}
