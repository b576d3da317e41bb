// How objects are shown: as they are, in lists, or as rows of a `Table` when kubectl asks for one.
import { apiVersionOf } from '../../../../shared/manifests/kinds.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Clock } from '../../../../shared/ports.ts'
import type { KubernetesEngine } from '../engine.ts'
import { isObject } from '../frozen-json.ts'
import type { ServedResource } from '../resource-registry.ts'
import { StatusError } from '../status-error.ts'
import type { AppliedFields } from './apply-object.ts'
import type { Exchange } from './exchange.ts'
import { listRequest } from './request-options.ts'
import type { Route } from './route.ts'
import { definedColumns, tableOf } from './table.ts'

export interface VerbContext {
  readonly engine: KubernetesEngine
  readonly clock: Clock
  readonly applied: AppliedFields
}

export function wantsTable({ request }: Exchange): boolean {
  return (request.headers.accept ?? '').includes('as=Table')
}

function columnsFor({ engine }: VerbContext, route: Route) {
  if (!route.resource.custom) return undefined
  const name = `${route.resource.plural}.${route.resource.group}`
  const definitions = engine.snapshot('apiextensions.k8s.io/v1', 'CustomResourceDefinition')
  const versions = definitions.find((each) => each.metadata.name === name)?.spec?.['versions']
  const [version] = Array.isArray(versions) ? versions : []
  return definedColumns(isObject(version) ? version['additionalPrinterColumns'] : undefined)
}

export function shown(
  context: VerbContext,
  exchange: Exchange,
  route: Route,
  object: KubernetesObject,
): object {
  if (!wantsTable(exchange)) return object
  const { resourceVersion } = object.metadata
  return table(context, route, [object], { resourceVersion })
}

function table(
  context: VerbContext,
  route: Route,
  items: readonly KubernetesObject[],
  metadata: object,
): object {
  const columns = columnsFor(context, route)
  return tableOf(route.resource.kind, items, { now: context.clock.now(), metadata, columns })
}

// Items of built-in kinds come without their kind, as typed lists have it.
const bare = ({ apiVersion: _version, kind: _kind, ...rest }: KubernetesObject): object => rest

/** Throws 504 for a version of the future. */
function checkReached(wanted: number, version: number): void {
  if (wanted <= version) return
  const message = `Timeout: Too large resource version: ${wanted}, current: ${version}`
  throw new StatusError(504, 'Timeout', message, { retryAfterSeconds: 1 })
}

export function shownList(context: VerbContext, exchange: Exchange, route: Route): object {
  const { api } = context.engine
  const page = api.list(listRequest(exchange, route))
  checkReached(Number(exchange.query.get('resourceVersion') ?? 0), api.version())
  const { version, continue: next, remaining } = page
  const metadata = {
    resourceVersion: String(version),
    ...(next === undefined ? {} : { continue: next }),
    ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
  }
  if (wantsTable(exchange)) return table(context, route, page.items, metadata)
  return listOf(route.resource, page.items, metadata)
}

export function listOf(
  resource: ServedResource,
  objects: readonly KubernetesObject[],
  metadata: object,
): object {
  const items = resource.custom ? objects : objects.map(bare)
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items }
}
