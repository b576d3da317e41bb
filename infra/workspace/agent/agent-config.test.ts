// What the agent's process makes of its environment, and of the service account of its pod.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seconds } from '../../../shared/domain/time.ts'
import { virtualClock } from '../../local/clock.ts'
import { agentConfig } from './agent-config.ts'
import { inClusterEndpoint } from './in-cluster.ts'
import { AGENT_HEALTH } from '../../../shared/manifests/agent.ts'
import { answerProbes } from './probes.ts'

const inPod = {
  KINDLING_PROJECT: 'kindling-prod',
  KINDLING_TOPIC: 'pod-snapshot-analytics.acme',
  POD_NAME: 'kindling-agent-1',
  KUBERNETES_SERVICE_HOST: '34.118.224.1',
  KUBERNETES_SERVICE_PORT: '443',
}

describe('the environment', () => {
  test('of a pod is all it needs', () => {
    expect(agentConfig(inPod)).toEqual({
      project: 'kindling-prod',
      topic: 'pod-snapshot-analytics.acme',
      pod: 'kindling-agent-1',
      server: 'https://34.118.224.1:443',
      serviceAccount: '/var/run/secrets/kubernetes.io/serviceaccount',
      pubsubEmulator: undefined,
      host: '0.0.0.0',
    })
  })

  test('may name the API by an IPv6 address', () => {
    const { server } = agentConfig({ ...inPod, KUBERNETES_SERVICE_HOST: 'fd20::1' })
    expect(server).toBe('https://[fd20::1]:443')
  })

  test.each(Object.keys(inPod))('without %s is refused, and says so', (name) => {
    expect(() => agentConfig({ ...inPod, [name]: '' })).toThrow(`${name} is not set`)
  })

  test('that is wrong twice is told twice, in one line', () => {
    const wrong = { ...inPod, KUBERNETES_SERVICE_PORT: 'https', KINDLING_KUBERNETES_SCHEME: 'ftp' }
    expect(() => agentConfig(wrong)).toThrow(
      'KUBERNETES_SERVICE_PORT="https" must be a port; KINDLING_KUBERNETES_SCHEME="ftp" must be https or http',
    )
  })
})

describe('the service account', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kindling-account-'))
    await writeFile(join(directory, 'token'), 'first\n')
  })
  afterEach(() => rm(directory, { recursive: true }))

  test('gives the authority of the API, and a token that is read again within the minute', async () => {
    await writeFile(join(directory, 'ca.crt'), 'authority')
    const clock = virtualClock()
    const place = { server: 'https://10.0.0.1:443', serviceAccount: directory, clock }
    const { tls, token } = await inClusterEndpoint(place)
    expect(tls).toEqual({ ca: 'authority' })
    expect(await token?.()).toBe('first')
    await writeFile(join(directory, 'token'), 'second\n')
    await clock.advance(seconds(61))
    expect(await token?.()).toBe('second')
  })

  test('without an authority is refused: the API could be anybody', async () => {
    const place = { server: 'https://10.0.0.1', serviceAccount: directory, clock: virtualClock() }
    await expect(inClusterEndpoint(place)).rejects.toThrow('ca.crt')
  })
})

describe('probes', () => {
  test.each([
    ['/livez', false, 200],
    ['/readyz', false, 503],
    ['/readyz', true, 200],
    ['/', true, 404],
  ])('%s of an agent that is ready: %s, answers %i', async (path, isReady, status) => {
    const host = `127.${64 + (process.pid % 128)}.3.9`
    const serving = await answerProbes({ isReady: () => isReady }, host)
    try {
      expect((await fetch(`http://${host}:${AGENT_HEALTH.port}${path}`)).status).toBe(status)
    } finally {
      await serving.stop()
    }
  })
})
