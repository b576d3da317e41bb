// Who may import whom. Layers stand in order, and code imports only what stands to the left of it or beside it;
// clients hang below the ports, and only what wires the world together may reach for them.
import { dirname, posix } from 'node:path'
import { type RepositoryFile, withoutComments } from './repository.ts'

const LAYERS: readonly (readonly [name: string, paths: RegExp])[] = [
  ['events', /^events\//],
  ['domain', /^shared\/domain\//],
  ['manifests and catalog', /^shared\/(manifests|catalog)\//],
  [
    'ports',
    /^shared\/(ports|google-ports|around|time-limit|call-error|google-cloud|gke-cluster-settings)\.ts$/,
  ],
  ['steps', /^shared\/steps\//],
  ['runtime', /^shared\/runtime\//],
  ['functions', /^functions\/(?!.*\/index\.ts$)/],
]
const CLIENTS = /^shared\/clients\//
const WIRING = /^(functions\/[^/]+\/index\.ts$|infra\/)/
const PORTS = LAYERS.findIndex(([name]) => name === 'ports')

/** Specifiers that a file imports or re-exports, static and dynamic. */
export function importsOf(file: RepositoryFile): string[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"]+)\1/g
  return [...withoutComments(file.text).matchAll(pattern)].flatMap(([, , name]) => name ?? [])
}

/** The package that a specifier names, or undefined for a relative one and for Node's own. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined
  const [first, second] = specifier.split('/')
  return first?.startsWith('@') ? `${first}/${second}` : first
}

/** What is wrong with this file's imports of other files; empty when nothing is. */
export function wrongImports(file: RepositoryFile): string[] {
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .flatMap((specifier) => {
      const target = posix.join(dirname(file.path), specifier)
      const why = whyNot(file.path, target)
      return why ? [`${file.path} imports ${target}: ${why}`] : []
    })
}

function whyNot(from: string, target: string): string | undefined {
  if (from.startsWith('infra/')) return whyNotInfra(from, target)
  if (target.startsWith('infra/')) return 'infra stands on the product, never below it'
  if (target.startsWith('test/')) return 'only tests import from test'
  if (WIRING.test(from)) return undefined
  if (CLIENTS.test(target)) {
    return CLIENTS.test(from)
      ? undefined
      : 'take a port of shared/ports.ts; only index.ts and infra wire clients'
  }
  const [own, other] = [rank(from), rank(target)]
  if (own === undefined) return `${from} is in no layer of test/tidy/layers.ts`
  if (other === undefined) return `${target} is in no layer of test/tidy/layers.ts`
  if (other <= own) return undefined
  return `${nameOf(own)} may not know ${nameOf(other)}; move the shared part left, or pass it in`
}

/** What runs inside a workspace's GKE cluster is product too: it may not lean on the simulated cloud. */
function whyNotInfra(from: string, target: string): string | undefined {
  const product = from.startsWith('infra/workspace/')
  if (product && /^infra\/(local|cli)\//.test(target))
    return 'the agent may not know the local stack'
  return target.startsWith('test/') ? 'only tests import from test' : undefined
}

/** Clients may use what ports may use. */
function rank(path: string): number | undefined {
  if (CLIENTS.test(path)) return PORTS
  const index = LAYERS.findIndex(([, paths]) => paths.test(path))
  return index === -1 ? undefined : index
}

function nameOf(index: number): string {
  return LAYERS[index]?.[0] ?? ''
}
