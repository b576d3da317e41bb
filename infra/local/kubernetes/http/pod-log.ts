// `kubectl logs` of a simulated pod: no process runs in it, so its log is what its status says of the container.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { podSpec } from '../pod-shape.ts'
import { isObject } from '../frozen-json.ts'
import { badRequest } from '../status-error.ts'

function chosen(pod: KubernetesObject, container: string | null): string {
  const names = podSpec(pod).containers.map(({ name }) => name)
  const [only] = names
  if (container === null && names.length === 1 && only !== undefined) return only
  const listed = names.join(' ')
  const { name } = pod.metadata
  if (container === null) {
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${listed}]`,
    )
  }
  if (names.includes(container)) return container
  throw badRequest(`container ${container} is not valid for pod ${name}`)
}

function stateOf(pod: KubernetesObject, container: string): Record<string, unknown> {
  const statuses = pod.status?.['containerStatuses']
  const list: unknown[] = Array.isArray(statuses) ? statuses : []
  const status = list.find((each) => isObject(each) && each['name'] === container)
  const state = isObject(status) ? status['state'] : undefined
  return isObject(state) ? state : {}
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** Throws 400 for a container that is none, or that has not started. */
export function podLog(pod: KubernetesObject, container: string | null): string {
  const name = chosen(pod, container)
  const { running, terminated, waiting } = stateOf(pod, name)
  const image = podSpec(pod).containers.find((each) => each.name === name)?.image ?? ''
  const started = (since: unknown): string =>
    `${text(since)} started ${image}; simulated: no process runs\n`
  if (isObject(running)) return started(running['startedAt'])
  if (isObject(terminated)) {
    const { startedAt, finishedAt, exitCode, reason, message } = terminated
    const why = [reason, message].filter((each) => typeof each === 'string').join(': ')
    return `${started(startedAt)}${text(finishedAt)} ended with exit code ${text(exitCode)} ${why}\n`
  }
  const why = isObject(waiting) ? text(waiting['reason']) : 'ContainerCreating'
  throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${why}`)
}
