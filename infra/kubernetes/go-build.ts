// Builds the programs of one module with the machine's Go. What is in the cache is complete: a build happens beside it and
// is moved there when it has ended well.
import { spawn } from 'node:child_process'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { isProcessAlive } from '../local/child-process.ts'
import { cacheFolder } from './program-files.ts'
import { folderOf, type GoModule, versionOf } from './go-modules.ts'

/** Of the language, as the modules declare it. */
const OLDEST_GO = [1, 26] as const
const UNFINISHED = /\.unfinished-(\d+)$/
const TAIL_LINES = 15

export class GoMissingError extends Error {
  override readonly name = 'GoMissingError'
}

export class GoBuildError extends Error {
  override readonly name = 'GoBuildError'
}

export interface Build {
  readonly module: GoModule
  readonly environment: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  readonly tell: (progress: Progress) => void
}

export interface Progress {
  /** Packages that have been compiled; those that Go had already are not among them. */
  readonly compiled: number
  readonly packages: number
}

/** Go's version, such as `go1.26.8`. Throws `GoMissingError`. */
export async function goVersion(environment: NodeJS.ProcessEnv): Promise<string> {
  const wanted = OLDEST_GO.join('.')
  const call = { words: ['env', 'GOVERSION'], directory: process.cwd(), environment }
  const version = await go(call).catch(() => undefined)
  if (version === undefined)
    throw new GoMissingError(
      `Go ${wanted} or newer must be installed to build Kubernetes: there is no go here`,
    )
  const [, major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(version) ?? []).map(Number)
  if (major > OLDEST_GO[0] || (major === OLDEST_GO[0] && minor >= OLDEST_GO[1])) return version
  throw new GoMissingError(
    `Go ${wanted} or newer must be installed to build Kubernetes: this is ${version}`,
  )
}

/** Fills the module's folder of the cache. Stopped or failed, nothing is left. Throws `GoBuildError`. */
export async function buildModule(build: Build): Promise<void> {
  const folder = cacheFolder(build.module, build.environment)
  await mkdir(dirname(folder), { recursive: true })
  await removeUnfinished(dirname(folder))
  const unfinished = `${folder}.unfinished-${process.pid}`
  try {
    await mkdir(unfinished)
    await compile(build, unfinished)
    await rename(unfinished, folder).catch((error: NodeJS.ErrnoException) => {
      // Somebody else has built the same meanwhile.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

/** Of builds that were killed. */
async function removeUnfinished(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = UNFINISHED.exec(name)?.[1]
    if (owner !== undefined && !isProcessAlive(Number(owner)))
      await rm(join(parent, name), { recursive: true, force: true })
  }
}

async function compile({ module, environment, signal, tell }: Build, into: string): Promise<void> {
  const base = { directory: folderOf(module), environment, signal }
  const listed = await go({ ...base, words: ['list', '-deps', ...Object.values(module.programs)] })
  const packages = listed.split('\n').length
  let compiled = 0
  tell({ compiled, packages })
  const flags = `-s -w ${versionFlags(versionOf(module))}`
  for (const [name, path] of Object.entries(module.programs)) {
    const how = ['-v', '-pgo=off', '-trimpath', '-buildvcs=false', '-ldflags', flags]
    await go({
      ...base,
      words: ['build', ...how, '-o', join(into, name), path],
      said(line) {
        if (!isPackage(line)) return
        compiled++
        tell({ compiled, packages })
      },
    })
  }
}

/** `go build -v` names what it compiles, a line each; all else that it says has words. */
const isPackage = (line: string): boolean => !/\s/.test(line)

/** Without them Kubernetes calls itself a development version that kubectl cannot read. Of no effect elsewhere. */
function versionFlags(version: string): string {
  const [major, minor] = version.slice(1).split('.')
  const facts = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' }
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((path) => Object.entries(facts).map(([name, value]) => `-X ${path}.${name}=${value}`))
    .join(' ')
}

interface GoCall {
  readonly words: readonly string[]
  readonly directory: string
  readonly environment: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  /** Hears each line of standard error. */
  readonly said?: (line: string) => void
}

/** Answers standard output. */
function go({ words, directory, environment, signal, said }: GoCall): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', words, {
      cwd: directory,
      // A Go that fetches another Go would not be the machine's.
      env: { ...environment, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    })
    const tail: string[] = []
    let answer = ''
    child.stdout.on('data', (piece: Buffer) => (answer += String(piece)))
    createInterface({ input: child.stderr }).on('line', (line) => {
      said?.(line)
      if (!isPackage(line)) tail.push(line)
      if (tail.length > TAIL_LINES) tail.shift()
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) return resolve(answer.trim())
      reject(new GoBuildError([`go ${words[0]} in ${directory} failed`, ...tail].join('\n')))
    })
  })
}
