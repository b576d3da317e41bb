// All workspaces with their pools and clusters, and how people call them.
import { checkDocument } from '../../shared/domain/document-fault.ts'
import { Entity } from '../../shared/domain/entity.ts'
import { clustersOf } from '../../shared/domain/paths.ts'
import type { Stack } from '../local/stack/stack.ts'
import { InputFault } from './input-fault.ts'

export interface ListedEntity {
  readonly path: string
  readonly entity: Entity
}

/** Each workspace, then its pools, then its clusters; what cannot be read is for `kindling parked` to show. */
export async function listEntities(stack: Stack): Promise<ListedEntity[]> {
  const { reader } = stack
  const families = await Promise.all(
    (await stack.workspaces()).map(async (path) => {
      const [own, pools, clusters] = await Promise.all([
        reader.get(path),
        reader.list(`${path}/pools`),
        reader.list(clustersOf(path)),
      ])
      return own ? [own, ...pools, ...clusters] : []
    }),
  )
  return families.flat().flatMap(({ path, data }) => {
    const checked = checkDocument(Entity, data)
    return 'value' in checked ? [{ path, entity: checked.value }] : []
  })
}

/** `acme/analytics` of a workspace, `acme/analytics/etl` of a cluster, `acme/analytics/pools/...` of a pool. */
export function nameOf(path: string): string {
  const [, account, , workspace, kind, id] = path.split('/')
  const end = kind === undefined ? [] : kind === 'clusters' ? [id] : [kind, id]
  return [account, workspace, ...end].join('/')
}

/** The one that is meant by its path, its name or the end of its name. Throws InputFault. */
export function findEntity(word: string, all: readonly ListedEntity[]): ListedEntity {
  const exact = all.find(({ path }) => path === word || nameOf(path) === word)
  if (exact) return exact
  const meant = all.filter(({ path }) => nameOf(path).endsWith(`/${word}`))
  const [first] = meant
  const names = (some: readonly ListedEntity[]): string =>
    some.map(({ path }) => nameOf(path)).join(', ')
  if (meant.length > 1) throw new InputFault(`"${word}" may be any of ${names(meant)}: say which`)
  if (first) return first
  throw new InputFault(`there is no "${word}"; there is ${all.length > 0 ? names(all) : 'nothing'}`)
}
