// What bundled programs have in common: how they are built, and how much of one is read when.
import { fileURLToPath } from 'node:url'
import type { BuildOptions, Metafile } from 'esbuild'

export interface Bundle {
  readonly name: string
  /** In the directory. */
  readonly file: string
  /** Read before it listens: the file, and the chunks that it imports at once. */
  readonly bytes: number
  /** Read when a port is first called. */
  readonly lazyBytes: number
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** CommonJS that ends up in a module still asks for these. */
const BANNER = `import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { dirname } from 'node:path'
const require = createRequire(import.meta.url), __filename = fileURLToPath(import.meta.url), __dirname = dirname(__filename)
`

export const programOptions = {
  absWorkingDir: ROOT,
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
  // The sources are in the repository; with them the maps are 65 MB, and read at start where somebody asks for them.
  sourcesContent: false,
  banner: { js: BANNER },
  legalComments: 'linked',
  metafile: true,
  logLevel: 'silent',
} as const satisfies BuildOptions

/** Throws where there is no such program. */
export function measured(name: string, { outputs }: Metafile): Bundle {
  const entry = Object.keys(outputs).find((path) => path.endsWith(`/${name}.mjs`))
  if (entry === undefined) throw new Error(`"${name}" was not bundled`)
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
