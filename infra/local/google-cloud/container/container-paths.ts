// How the container API names clusters, pools and operations, and the links that it answers with.
import { projectNumber } from '../identifiers.ts'

const CONTAINER_URL = 'https://container.googleapis.com/v1/'

export function clusterPath(project: string, location: string, cluster: string): string {
  return `projects/${project}/locations/${location}/clusters/${cluster}`
}

export function poolPath(cluster: string, pool: string): string {
  return `${cluster}/nodePools/${pool}`
}

export function operationPath(project: string, location: string, operation: string): string {
  return `projects/${project}/locations/${location}/operations/${operation}`
}

/** Links carry the project's number, not its id. */
export function containerLink(project: string, path: string): string {
  return CONTAINER_URL + path.replace(`projects/${project}/`, `projects/${projectNumber(project)}/`)
}
