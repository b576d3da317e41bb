// A cluster of 1,000 executors on a real control plane, while the cloud's process (and the agent in it) is stopped for a time
// in the middle: the API server drops the watches that nobody reads, and all of them must be taken up again.
// Prints what it measures: how far it is and how much memory each process has, every ten seconds; how long it took; how many
// watches were dropped.
import { request } from 'node:https'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubernetesEndpoint } from '../../shared/clients/kubernetes-connection.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { isTrue, podStatus } from '../../infra/local/kubernetes/pod-shape.ts'
import { follow } from '../../infra/local/kubernetes/companions/follow.ts'
import { CLUSTER, event, WORKSPACE } from '../loop/fixture.ts'
import { type ClusterAccess, clusterAccess } from '../stack/cluster-access.ts'
import { ask, openWireSite, type WireSite } from '../stack/wire-site.ts'

const EXECUTORS = 1000
const LIMIT = 300_000
const FROZEN_MS = 8000
const TELL_EVERY_MS = 10_000
const CALLS_TOLD = 15
const over = new AbortController()

let access: ClusterAccess
let site: WireSite
beforeAll(async () => {
  site = await openWireSite({ cloud: { speed: 20 } })
})
afterAll(async () => {
  over.abort()
  access.close()
  await site.stop()
})

/** Resident memory of the two processes that are Kindling's: the functions', and the cloud's with the agent in it. */
async function memory(): Promise<string> {
  const processes = await site.stack.processes()
  return processes
    .filter(({ name }) => name === 'functions' || name === 'cloud')
    .map(({ name, memoryMb }) => `${name} ${memoryMb} MB`)
    .join(', ')
}

test(
  'all executors are Ready, and go again, whatever watches are dropped',
  { timeout: LIMIT * 2 },
  async () => {
    const { stack, clock } = site
    await ask(stack, 'workspace', EXECUTORS)
    await site.reach(WORKSPACE, 'RUNNING', LIMIT)
    access = await clusterAccess(stack, clock)
    followPods()
    say(`before: ${await memory()}`)
    const asked = clock.now()
    tellFrom(asked).catch(() => undefined)
    try {
      await launch()
    } finally {
      const metrics = await metricsOf(access.endpoint)
      say(`watches dropped by the API server: ${dropped(metrics)}`)
      say(`calls that it answered:\n${calls(metrics).join('\n')}`)
    }
    say(
      `${EXECUTORS} executors RUNNING after ${clock.now() - asked} ms, ${FROZEN_MS} of them frozen`,
    )
    say(`running: ${await memory()}`)
    await clock.sleep(10_000)
    say(`10 s later: ${await memory()}`)
    await stack.publish(
      'cluster-change-requested',
      event('cluster-change-requested-terminate', 'end'),
    )
    await site.reach(CLUSTER, 'TERMINATED', LIMIT)
    await site.until('no pod', async () => count(isSpark) === 0 || undefined, LIMIT)
    expect(count(isSpark)).toBe(0)
    say(`terminated: ${await memory()}`)
  },
)

async function launch(): Promise<void> {
  await ask(site.stack, 'cluster', EXECUTORS)
  const isHalf = async () => count(isBound) > EXECUTORS / 2 || undefined
  await site.until('half of the pods bound', isHalf, LIMIT)
  await freezeCloud()
  await site.allReady(EXECUTORS, LIMIT)
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const uidOf = ({ metadata }: KubernetesObject): string => metadata.uid ?? ''

const isBound = (pod: KubernetesObject): boolean =>
  isSpark(pod) && pod.spec?.['nodeName'] !== undefined

const isReady = (pod: KubernetesObject): boolean => isSpark(pod) && isTrue(podStatus(pod), 'Ready')

const isSpark = ({ metadata: { namespace } }: KubernetesObject): boolean =>
  namespace?.startsWith('kdl-') === true

/** By uid; kept by a watch of the test's own. */
const pods = new Map<string, KubernetesObject>()
const count = (isMeant: (pod: KubernetesObject) => boolean): number =>
  [...pods.values()].filter(isMeant).length

/** Until the test is over. */
async function tellFrom(began: number): Promise<void> {
  for (;;) {
    await site.clock.sleep(TELL_EVERY_MS, over.signal)
    const pods = `${count(isSpark)} pods, ${count(isBound)} bound, ${count(isReady)} ready`
    say(`${Math.round((site.clock.now() - began) / 1000)} s: ${pods}; ${await memory()}`)
  }
}

function followPods(): void {
  void follow({
    kubernetes: access.kubernetes,
    clock: site.clock,
    kind: { apiVersion: 'v1', kind: 'Pod' },
    signal: over.signal,
    onSet: (pod) => void pods.set(uidOf(pod), pod),
    onGone: (pod) => void pods.delete(uidOf(pod)),
  })
}

/** Its sockets fill up meanwhile. */
async function freezeCloud(): Promise<void> {
  const { pid } = (await site.stack.processes()).find(({ name }) => name === 'cloud') ?? {}
  if (pid === undefined) throw new Error('there is no cloud process')
  process.kill(pid, 'SIGSTOP')
  await site.clock.sleep(FROZEN_MS)
  process.kill(pid, 'SIGCONT')
}

/** The API server's own, which anybody may not read: asked with the token of who may. */
async function metricsOf({ server, tls, token }: KubernetesEndpoint): Promise<string> {
  const headers = { authorization: `Bearer ${await token?.()}` }
  return await new Promise<string>((resolve, reject) => {
    request(`${server}/metrics`, { ca: tls?.ca, headers }, (answer) => {
      let all = ''
      answer.setEncoding('utf8').on('data', (piece: string) => (all += piece))
      answer.once('end', () => resolve(all))
    })
      .once('error', reject)
      .end()
  })
}

function dropped(metrics: string): number {
  const counted = [...metrics.matchAll(/^apiserver_terminated_watchers_total\{.*\} (\d+)$/gm)]
  return counted.reduce((sum, [, value]) => sum + Number(value), 0)
}

/** The most frequent, with how often each was made. */
function calls(metrics: string): string[] {
  const counts = new Map<string, number>()
  for (const [, labels = '', value] of metrics.matchAll(
    /^apiserver_request_total\{(.*)\} (\d+)$/gm,
  )) {
    const of = (name: string): string => RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1] ?? ''
    const call = `${of('code')} ${of('verb')} ${[of('resource'), of('subresource')].filter(Boolean).join('/')}`
    counts.set(call, (counts.get(call) ?? 0) + Number(value))
  }
  const most = [...counts].toSorted(([, one], [, other]) => other - one).slice(0, CALLS_TOLD)
  return most.map(([call, count]) => `${String(count).padStart(7)} ${call}`)
}
