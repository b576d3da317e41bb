// Where the programs of a real control plane are on this machine: in a folder that people name, where controller tests
// keep theirs, on the path, or in the cache that `npm run kubernetes:build` fills.
import { accessSync, constants, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type GoModule, goModules, keyOf, type ProgramName, programsOf } from './go-modules.ts'

export type ProgramFiles = Readonly<Record<ProgramName, string>>

export class ProgramsMissingError extends Error {
  override readonly name = 'ProgramsMissingError'
}

/** The module's own folder of the cache; it is there only when it is complete. */
export function cacheFolder(module: GoModule, environment: NodeJS.ProcessEnv): string {
  return join(cacheRoot(environment), `${module.name}-${keyOf(module)}`)
}

export function cacheRoot(environment: NodeJS.ProcessEnv): string {
  const named = environment['KINDLING_KUBERNETES_CACHE']
  if (named) return named
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kindling', 'kubernetes')
}

/** The first folder that has every program of the module; undefined = nowhere. */
export function foundFolder(module: GoModule, environment: NodeJS.ProcessEnv): string | undefined {
  const folders = [
    environment['KINDLING_KUBERNETES_BIN'],
    environment['KUBEBUILDER_ASSETS'],
    ...(environment['PATH'] ?? '').split(delimiter),
    cacheFolder(module, environment),
  ]
  return folders.find(
    (folder) =>
      folder !== undefined &&
      folder !== '' &&
      programsOf(module).every((name) => isProgram(join(folder, name))),
  )
}

/** One of them alone. Throws `ProgramsMissingError`. */
export function programFile(name: ProgramName, environment: NodeJS.ProcessEnv): string {
  const module = goModules.find((each) => programsOf(each).includes(name))
  const folder = module && foundFolder(module, environment)
  if (folder !== undefined) return join(folder, name)
  throw missing([name])
}

/** Throws `ProgramsMissingError`. */
export function programFiles(environment: NodeJS.ProcessEnv): ProgramFiles {
  const found = new Map<ProgramName, string>()
  const lacking: ProgramName[] = []
  for (const module of goModules) {
    const folder = foundFolder(module, environment)
    if (folder === undefined) lacking.push(...programsOf(module))
    else for (const name of programsOf(module)) found.set(name, join(folder, name))
  }
  if (lacking.length > 0) throw missing(lacking)
  return Object.fromEntries(found) as ProgramFiles // every module's are there
}

function missing(names: readonly string[]): ProgramsMissingError {
  return new ProgramsMissingError(
    `a real Kubernetes needs ${names.join(', ')}: npm run kubernetes:build builds what is missing, once, with Go`,
  )
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
