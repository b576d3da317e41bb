// A real Kubernetes control plane on this machine: etcd, kube-apiserver, kube-scheduler, kube-controller-manager and kwok,
// each a process of its own that ends with this one. Loopback only, TLS with the certificate that the server makes itself.
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import type { Clock } from '../../../shared/ports.ts'
import { type Child, startChild, tailOf } from '../../local/child-process.ts'
import { freePort } from '../../local/loopback/free-port.ts'
import { isPortTaken, PartFailedError } from '../../local/stack/part-failed.ts'
import type { ProgramFiles } from '../program-files.ts'
import type { ProgramName } from '../go-modules.ts'
import { type Identity, newTokens, tokenFile, type Tokens } from './identities.ts'
import { type Access, writeKubeconfig } from './kubeconfig-file.ts'
import {
  apiserverFlags,
  controllerFlags,
  etcdFlags,
  files,
  kwokFlags,
  type Ports,
  schedulerConfig,
  schedulerFlags,
} from './program-flags.ts'

export interface ControlPlaneOptions {
  readonly clock: Clock
  readonly programs: ProgramFiles
  /** Its own: logs, keys, data. Removed by whoever made it. */
  readonly folder: string
  /** kwok's configuration, a file. Without it there is no kwok, and pods are run by whoever likes. */
  readonly stages?: string
}

export interface ControlPlane extends Pick<Access, 'server' | 'ca'> {
  readonly tokens: Tokens
  readonly processes: readonly Child[]
  /** A kubeconfig's file of that identity, written anew. */
  kubeconfig(identity: Identity): Promise<string>
  /** Starts one more API server on the same etcd, as a regional cluster has several. */
  anotherServer(): Promise<Pick<Access, 'server' | 'ca'>>
  stop(): Promise<void>
}

const READY_LIMIT_MS = 90_000
const LOOK_MS = 50
const STARTS_MAX = 3

/** Answers when the API server is ready and the other programs run. Throws `PartFailedError`. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  for (let starts = 1; ; starts++) {
    const folder = join(options.folder, `start-${starts}`)
    try {
      return await startOnce({ ...options, folder })
    } catch (error) {
      if (starts === STARTS_MAX || !isPortTaken(error)) throw error
    }
  }
}

async function startOnce(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { clock, folder, stages } = options
  const ports = await freePorts(clock)
  const tokens = newTokens()
  await writeFiles(folder, tokens)
  const processes: Child[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(processes.splice(0).map((each) => each.stop()))
  }
  const start = async (
    name: ProgramName,
    flags: readonly string[],
    logs = folder,
  ): Promise<void> => {
    const words = [options.programs[name], ...flags]
    processes.push(await startChild({ name, words, isGuarded: true }, logs, clock))
  }
  const anotherServer: ControlPlane['anotherServer'] = async () => {
    const port = await freePort(clock)
    const own = join(folder, `apiserver-${port}`)
    const flags = apiserverFlags(folder, { ...ports, apiserver: port })
    await start('kube-apiserver', [...flags, `--cert-dir=${own}`], own)
    const server = `https://127.0.0.1:${port}`
    return { server, ca: await untilReady(clock, server, join(own, 'apiserver.crt'), processes) }
  }
  try {
    await start('etcd', etcdFlags(folder, ports))
    await start('kube-apiserver', apiserverFlags(folder, ports))
    const server = `https://127.0.0.1:${ports.apiserver}`
    const ca = await untilReady(clock, server, join(folder, files.certificate), processes)
    const kubeconfig = async (identity: Identity): Promise<string> => {
      const file = join(folder, `${identity}.kubeconfig`)
      await writeKubeconfig(file, { server, ca, token: tokens[identity] })
      return file
    }
    await writeFile(join(folder, files.scheduler), schedulerConfig(await kubeconfig('scheduler')))
    await start('kube-scheduler', schedulerFlags(folder))
    await start('kube-controller-manager', controllerFlags(folder, await kubeconfig('controllers')))
    if (stages !== undefined) {
      const kwok = { stages, kubeconfig: await kubeconfig('kwok'), port: ports.kwok }
      await start('kwok', kwokFlags(kwok))
    }
    return { server, ca, tokens, processes, kubeconfig, anotherServer, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function freePorts(clock: Clock): Promise<Ports> {
  const free = new Set<number>()
  while (free.size < 4) free.add(await freePort(clock))
  const [apiserver = 0, etcd = 0, etcdPeer = 0, kwok = 0] = free
  return { apiserver, etcd, etcdPeer, kwok }
}

async function writeFiles(folder: string, tokens: Tokens): Promise<void> {
  await mkdir(join(folder, files.certificates), { recursive: true })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'sec1', format: 'pem' })
  await writeFile(join(folder, files.accountKey), key, { mode: 0o600 })
  await writeFile(join(folder, files.tokens), tokenFile(tokens), { mode: 0o600 })
}

/** Answers the server's certificate authority. Throws `PartFailedError` when a program ends, or it takes too long. */
async function untilReady(
  clock: Clock,
  server: string,
  certificate: string,
  processes: readonly Child[],
): Promise<string> {
  const limit = clock.now() + READY_LIMIT_MS
  let ended: { readonly child: Child; readonly how: string } | undefined
  for (const child of processes) void child.ended.then((how) => (ended ??= { child, how }))
  for (;;) {
    const ca = await readFile(certificate, 'utf8').catch(() => '')
    if (ca !== '' && (await isReady(server, ca))) return ca
    if (ended) throw await failure(ended.child, `ended (${ended.how})`)
    if (clock.now() > limit) {
      const [last] = processes.slice(-1)
      throw last
        ? await failure(last, `is not ready after ${READY_LIMIT_MS} ms`)
        : new PartFailedError('nothing was started')
    }
    await clock.sleep(LOOK_MS)
  }
}

async function failure({ name, logFile }: Child, what: string): Promise<PartFailedError> {
  return new PartFailedError(`${name} ${what}`, await tailOf(logFile))
}

function isReady(server: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request(`${server}/readyz`, { ca, agent: false, timeout: 2000 }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    probe.once('error', () => resolve(false))
    probe.once('timeout', () => probe.destroy())
    probe.end()
  })
}
