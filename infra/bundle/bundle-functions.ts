// Bundles the functions for deployment: a small file for each, which is all that is read before it listens, and chunks for
// what is loaded with the first call of a port (SDKs of 1 to 3 MB), shared by all. With source maps.
import { rm } from 'node:fs/promises'
import { build, type Plugin } from 'esbuild'
import { type FunctionName, manifest } from '../../functions/manifest.ts'
import { functionEntry } from './function-entry.ts'
import { type Bundle, measured, programOptions, ROOT } from './program.ts'

export const functionNames = Object.keys(manifest) as FunctionName[]

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
    ...programOptions,
    entryPoints: entries,
    plugins: [functionEntries],
    outdir: directory,
  })
  return functionNames.map((name) => measured(name, metafile))
}
