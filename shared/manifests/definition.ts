// What a stored CustomResourceDefinition says of itself. Its kinds are served only from when it is established: at once by
// one API server, after five seconds by those of a regional control plane, which let each other hear of it first.
import type { KubernetesObject } from './object.ts'

interface Condition {
  readonly type?: string
  readonly status?: string
  readonly message?: string
}

export const DEFINITION = 'CustomResourceDefinition'

export function isEstablished(definition: KubernetesObject): boolean {
  return conditionOf(definition, 'Established')?.status === 'True'
}

/** Why it never will be: another definition of the same group has one of its names. */
export function namesRefused(definition: KubernetesObject): string | undefined {
  const accepted = conditionOf(definition, 'NamesAccepted')
  return accepted?.status === 'False' ? (accepted.message ?? 'no message') : undefined
}

function conditionOf({ status }: KubernetesObject, type: string): Condition | undefined {
  const conditions = status?.['conditions']
  if (!Array.isArray(conditions)) return undefined
  return (conditions as readonly Condition[]).find((condition) => condition.type === type)
}
