// `npm run kubernetes:build`: makes sure that the programs of a real control plane are on this machine, and says where.
import type { Clock } from '../../shared/ports.ts'
import type { Command } from './arguments.ts'
import { ending } from './ending.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'
import { stoppingByPeople } from './stopping.ts'
import { realClock } from '../local/clock.ts'
import { buildModule, goVersion, type Progress } from '../kubernetes/go-build.ts'
import { type GoModule, goModules, programsOf, versionOf } from '../kubernetes/go-modules.ts'
import {
  cacheRoot,
  foundFolder,
  type ProgramFiles,
  programFiles,
} from '../kubernetes/program-files.ts'

const command: Command<typeof jsonFlag> = {
  usage: 'npm run kubernetes:build --',
  says: 'Builds kube-apiserver, kube-scheduler, kube-controller-manager, etcd and kwok from their Go modules, into a cache outside the repository, for --kubernetes managed. Programs in KINDLING_KUBERNETES_BIN, KUBEBUILDER_ASSETS, the PATH or the cache are used as they are; KINDLING_KUBERNETES_CACHE moves the cache.',
  flags: jsonFlag,
}

const TELL_MS = 10_000

/** Answers the process's exit code. */
export async function kubernetesBuild(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  return await ending(() => runCommand(command, argv, ({ json }) => buildAll(json, environment)))
}

async function buildAll(json: boolean, environment: NodeJS.ProcessEnv): Promise<number> {
  const clock = realClock()
  const stopping = stoppingByPeople()
  const started = clock.now()
  const missing = goModules.filter((module) => foundFolder(module, environment) === undefined)
  try {
    if (missing.length > 0) {
      const version = await goVersion(environment)
      console.error(`${version}; the cache is ${cacheRoot(environment)}`)
    }
    for (const module of missing) {
      const tell = teller(module, clock, json)
      await buildModule({ module, environment, signal: stopping.signal, tell })
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error
    console.error('stopped; what was complete is kept')
    return 130
  } finally {
    stopping.release()
    clock.stop()
  }
  const seconds = Math.round((clock.now() - started) / 1000)
  summarize(programFiles(environment), missing.flatMap(programsOf), seconds, json)
  return 0
}

/** Says at most every ten seconds how far a module is. */
function teller(module: GoModule, clock: Clock, json: boolean): (progress: Progress) => void {
  const started = clock.now()
  let told = -Infinity
  return ({ compiled, packages }) => {
    const now = clock.now()
    if (now - told < TELL_MS) return
    told = now
    const seconds = Math.round((now - started) / 1000)
    if (json) {
      console.log(
        JSON.stringify({ kind: 'progress', module: module.name, compiled, packages, seconds }),
      )
    } else {
      console.log(
        `${module.name} ${versionOf(module)}: ${compiled} of ${packages} packages, ${seconds} s`,
      )
    }
  }
}

function summarize(
  programs: ProgramFiles,
  built: readonly string[],
  seconds: number,
  json: boolean,
): void {
  if (json) {
    console.log(JSON.stringify({ kind: 'summary', built, seconds, programs }))
    return
  }
  for (const [name, file] of Object.entries(programs)) console.log(`${name.padEnd(24)} ${file}`)
  console.log(
    built.length > 0
      ? `built ${built.join(', ')} in ${seconds} s`
      : 'nothing to build: every program is there',
  )
}
