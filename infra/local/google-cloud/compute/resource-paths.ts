// How Compute names its resources, and how references to them are read: full URLs, partial paths or bare names.
import type { NetworkCollection } from '../../../../shared/google-cloud.ts'

export const COMPUTE_URL = 'https://www.googleapis.com/compute/v1/'

/** Networks and firewalls are of the whole project. */
export function isGlobal(collection: NetworkCollection): boolean {
  return collection === 'networks' || collection === 'firewalls'
}

/** Where a resource or operation of this collection lives: `global` or `regions/R`. */
export function scopeOf(collection: NetworkCollection, region: string): string {
  return isGlobal(collection) ? 'global' : `regions/${region}`
}

export function resourcePath(
  project: string,
  region: string,
  collection: NetworkCollection,
  name: string,
): string {
  return `projects/${project}/${scopeOf(collection, region)}/${collection}/${name}`
}

/** The path that a reference means, seen from a project: `N`, `global/networks/N`, `projects/P/...` or a URL. */
export function networkPath(project: string, reference: string): string {
  const path = /(projects\/[^/]+\/global\/networks\/[^/]+)$/.exec(reference)?.[1]
  return path ?? resourcePath(project, '', 'networks', lastSegment(reference))
}

export function subnetworkPath(project: string, region: string, reference: string): string {
  const path = /(projects\/[^/]+\/regions\/[^/]+\/subnetworks\/[^/]+)$/.exec(reference)?.[1]
  return path ?? resourcePath(project, region, 'subnetworks', lastSegment(reference))
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
