// Bundles the workspace agent for its image, as the functions are: a small file, and the SDK that its first publish loads.
import { rm } from 'node:fs/promises'
import { build } from 'esbuild'
import { type Bundle, measured, programOptions } from './program.ts'

/** Replaces what is in the directory. */
export async function bundleAgent(directory: string): Promise<Bundle> {
  await rm(directory, { recursive: true, force: true })
  const { metafile } = await build({
    ...programOptions,
    entryPoints: { agent: 'infra/workspace/agent/main.ts' },
    outdir: directory,
  })
  return measured('agent', metafile)
}
