// What is stored, and what stands in Kubernetes, as text: to look for words that should not be there.
import { sparkClustersIn } from './kubernetes-objects.ts'
import type { Rest } from './rest.ts'

export interface Text {
  /** Path of a document, or which object of which GKE cluster. */
  readonly about: string
  readonly text: string
}

export const documentTexts = ({ documents }: Rest, isMeant: (path: string) => boolean): Text[] =>
  [...documents].flatMap(([path, data]) =>
    isMeant(path) ? [{ about: path, text: JSON.stringify(data) }] : [],
  )

const KINDS = ['Pod', 'Namespace', 'ConfigMap', 'Secret', 'Service']

export const objectTexts = ({ stack }: Rest, isMeant: (endpoint: string) => boolean): Text[] =>
  [...stack.data.clusters].flatMap(([endpoint, engine]) => {
    if (!isMeant(endpoint)) return []
    const objects = KINDS.flatMap((kind) => engine.snapshot('v1', kind))
    return [...objects, ...sparkClustersIn(engine)].map((object) => ({
      about: `${endpoint} ${object.kind} ${object.metadata.name}`,
      text: JSON.stringify(object),
    }))
  })
