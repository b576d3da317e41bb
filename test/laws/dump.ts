// Everything that there is in a lab's world, one line a thing, so that two moments can be compared: with the ids that tell
// a thing from one made again in its place, without what changes by itself.
import type { NetworkCollection } from '../../shared/google-cloud.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import type { Fields, WorkspaceIdentity } from '../../shared/ports.ts'
import type { Engines } from './engines.ts'

/** Kinds that the cloud and the agent write in all the time. */
const RESTLESS = new Set(['Lease', 'Event', 'Node'])

export async function dumpOf(engines: Engines, identity: WorkspaceIdentity): Promise<string[]> {
  const { store, data } = engines
  const documents = documentLines(store.dump())
  const objects = [...data.clusters].flatMap(([endpoint, engine]) =>
    engine.api.registry
      .all()
      .filter(({ kind }) => !RESTLESS.has(kind))
      .flatMap(({ group, version, kind }) =>
        engine.snapshot(group === '' ? version : `${group}/${version}`, kind),
      )
      .map((object) => `${endpoint} ${objectLine(object)}`),
  )
  const [topics, resources] = await Promise.all([
    topicLines(engines),
    cloudLines(engines, identity),
  ])
  return [...documents, ...objects, ...topics, ...resources].toSorted()
}

/** Documents, but for shared pools that were made wanted and not begun: undo leaves those to whoever ends pools. */
function documentLines(all: readonly Document[]): string[] {
  const wanted = all.filter(
    ({ data }) => data['kind'] === 'pool' && data['state'] === 'PROVISIONING',
  )
  return all
    .filter((document) => !wanted.some(({ path }) => isOf(document, path)))
    .map(({ path, data }) => `${path} ${JSON.stringify(data)}`)
}

type Document = { readonly path: string; readonly data: Fields }

function isOf({ path, data }: Document, pool: string): boolean {
  return path === pool || path.startsWith(`${pool}/runs/`) || data['entity'] === pool
}

function objectLine({ status: _status, metadata, ...content }: KubernetesObject): string {
  const { resourceVersion: _version, generation: _generation, ...kept } = metadata
  return JSON.stringify({ ...kept, ...content })
}

async function topicLines({ bus, topics }: Engines): Promise<string[]> {
  const found = await Promise.all([...topics].map((topic) => bus.getTopic(topic)))
  return found.filter((topic) => topic !== undefined).map((topic) => JSON.stringify(topic))
}

async function cloudLines({ data }: Engines, identity: WorkspaceIdentity): Promise<string[]> {
  const { gke, network } = data.cloud.face(identity)
  const lineOf = async (path: string): Promise<string> => {
    const [collection = '', name = ''] = path.split('/').slice(-2)
    if (collection === 'clusters') return `${path} ${(await gke.getCluster(name))?.id}`
    if (!isNetworkCollection(collection)) return path
    return `${path} ${JSON.stringify(await network.get(collection, name))}`
  }
  return Promise.all(data.cloud.list().map(lineOf))
}

const COLLECTIONS: readonly string[] = ['networks', 'subnetworks', 'routers', 'firewalls']

function isNetworkCollection(text: string): text is NetworkCollection {
  return COLLECTIONS.includes(text)
}
