// Bundles the functions for deployment: a small file for each, which is all that is read before it listens, and chunks for
// what is loaded with the first call of a port (SDKs of 1 to 3 MB), shared by all. With source maps.
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type Metafile, type Plugin } from 'esbuild'
import { type FunctionName, manifest } from '../../functions/manifest.ts'
import { functionEntry } from './function-entry.ts'

export interface Bundle {
  readonly name: FunctionName
  /** In the directory. */
  readonly file: string
  /** Read before it listens: the file, and the chunks that it imports at once. */
  readonly bytes: number
  /** Read when a port is first called. */
  readonly lazyBytes: number
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
export const functionNames = Object.keys(manifest) as FunctionName[]

/** CommonJS that ends up in a module still asks for these. */
const BANNER = `import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { dirname } from 'node:path'
const require = createRequire(import.meta.url), __filename = fileURLToPath(import.meta.url), __dirname = dirname(__filename)
`

/** Resolves `function:NAME` to the entry of that function. */
const functionEntries: Plugin = {
  name: 'function entries',
  setup(builder) {
    builder.onResolve({ filter: /^function:/ }, ({ path }) => ({
      path: path.slice('function:'.length),
      namespace: 'function',
    }))
    builder.onLoad({ filter: /.*/, namespace: 'function' }, ({ path }) => ({
      contents: functionEntry(path),
      resolveDir: ROOT,
      loader: 'ts',
    }))
  },
}

/** Replaces what is in the directory. Throws when a function cannot be bundled. */
export async function bundleFunctions(directory: string): Promise<Bundle[]> {
  await rm(directory, { recursive: true, force: true })
  const entries = Object.fromEntries(functionNames.map((name) => [name, `function:${name}`]))
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: entries,
    plugins: [functionEntries],
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    // Names stand in errors and logs.
    keepNames: true,
    sourcemap: 'linked',
    banner: { js: BANNER },
    legalComments: 'linked',
    metafile: true,
    logLevel: 'silent',
  })
  return functionNames.map((name) => measured(name, metafile))
}

function measured(name: FunctionName, { outputs }: Metafile): Bundle {
  const entry = Object.keys(outputs).find((path) => path.endsWith(`/${name}.mjs`))
  if (entry === undefined) throw new Error(`function "${name}" was not bundled`)
  const atOnce = reached(entry, outputs, ['import-statement'])
  const ever = reached(entry, outputs, ['import-statement', 'dynamic-import'])
  const size = (paths: Iterable<string>): number =>
    [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0)
  const bytes = size(atOnce)
  return { name, file: `${name}.mjs`, bytes, lazyBytes: size(ever) - bytes }
}

/** The outputs that an output leads to by imports of these kinds, itself among them. */
function reached(
  from: string,
  outputs: Metafile['outputs'],
  kinds: readonly string[],
  found = new Set<string>(),
): ReadonlySet<string> {
  if (found.has(from)) return found
  found.add(from)
  for (const { path, kind } of outputs[from]?.imports ?? []) {
    if (kinds.includes(kind) && path in outputs) reached(path, outputs, kinds, found)
  }
  return found
}
