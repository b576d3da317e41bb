// What there is in the simulated cloud that no ledger knows: made by a hand that came too late.
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import type { Fields } from '../../shared/ports.ts'

/** Paths in the cloud, and namespaces of clusters. Machines go with their pools. */
export function orphansIn(
  documents: ReadonlyMap<string, Fields>,
  { data }: InProcessStack,
): string[] {
  const known = namesInLedgers(documents)
  const resources = data.cloud
    .list()
    .filter((path) => !path.includes('/instances/') && !path.endsWith('/nodePools/system'))
    .filter((path) => !known.has(path.slice(path.lastIndexOf('/') + 1)))
  const namespaces = [...data.clusters].flatMap(([endpoint, engine]) =>
    engine
      .snapshot('v1', 'Namespace')
      .map(({ metadata: { name } }) => name)
      .filter((name) => name.startsWith('kdl-') && !known.has(name))
      .map((name) => `${endpoint} ${name}`),
  )
  return [...resources, ...namespaces]
}

/** Every name that a ledger entry has made, or may have. */
export function namesInLedgers(documents: ReadonlyMap<string, Fields>): ReadonlySet<string> {
  const names = new Set<string>()
  const add = (value: unknown): void => {
    if (typeof value === 'string') names.add(value)
    else if (typeof value === 'object' && value) Object.values(value).forEach(add)
  }
  for (const [path, data] of documents) if (path.includes('/ledger/')) add(data['input'])
  return names
}
