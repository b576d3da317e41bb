import { describe, expect, test } from 'vitest'
import { limits } from '../catalog/limits.ts'
import { ConfigError, parseConfig } from './config.ts'

const local = {
  KINDLING_PROJECT: 'demo-kindling',
  FIRESTORE_EMULATOR_HOST: '127.0.0.1:8080',
  PUBSUB_EMULATOR_HOST: '[::1]:8085',
  KINDLING_GKE_ENDPOINT: '127.0.0.1:9000',
  KINDLING_COMPUTE_URL: 'http://127.0.0.1:9001/',
  KINDLING_KUBERNETES_SCHEME: 'http',
  KINDLING_KUBERNETES_AT_ONCE: '8',
  KINDLING_KUBERNETES_PER_SECOND: '50',
  KINDLING_GRANT_URL: 'http://127.0.0.1:9002/grant',
  KINDLING_PUSH_URL: 'http://127.0.0.1:9003',
  KINDLING_PORT: '9003',
  KINDLING_HOST: '127.0.0.1',
  PORT: '9004',
}

function faultOf(environment: Record<string, string>): string {
  try {
    parseConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('it was taken')
}

test('everything that is set is read', () => {
  expect(parseConfig(local)).toEqual({
    project: 'demo-kindling',
    firestoreEmulator: '127.0.0.1:8080',
    pubsubEmulator: '[::1]:8085',
    gkeEndpoint: '127.0.0.1:9000',
    computeUrl: 'http://127.0.0.1:9001/',
    kubernetesScheme: 'http',
    kubernetesRate: { atOnce: 8, perSecond: 50 },
    grantUrl: 'http://127.0.0.1:9002/grant',
    pushUrl: 'http://127.0.0.1:9003',
    port: 9003,
    listen: { port: 9004, host: '127.0.0.1' },
  })
})

test("the project alone means Google's own, over https; a variable set to nothing is absent", () => {
  const config = parseConfig({ KINDLING_PROJECT: 'kindling-prod', KINDLING_GKE_ENDPOINT: '' })
  expect(config).toMatchObject({ project: 'kindling-prod', kubernetesScheme: 'https' })
  expect(config.kubernetesRate).toEqual(limits.kubernetesRate)
  expect(config.gkeEndpoint).toBeUndefined()
})

test('a function listens for everybody on port 8080, unless told otherwise', () => {
  const { listen } = parseConfig({ KINDLING_PROJECT: 'kindling-prod' })
  expect(listen).toEqual({ port: 8080, host: '0.0.0.0' })
})

describe('a fault is one line', () => {
  test('that names what is missing', () => {
    expect(faultOf({})).toBe(
      'KINDLING_PROJECT is not set: the Google Cloud project that Kindling itself runs in',
    )
  })

  test.each([
    ['KINDLING_PROJECT', 'My Project'],
    ['FIRESTORE_EMULATOR_HOST', 'http://127.0.0.1:8080'],
    ['KINDLING_COMPUTE_URL', '127.0.0.1:9001'],
    ['KINDLING_KUBERNETES_SCHEME', 'ftp'],
    ['KINDLING_KUBERNETES_AT_ONCE', '0'],
    ['KINDLING_KUBERNETES_AT_ONCE', '501'],
    ['KINDLING_KUBERNETES_AT_ONCE', '3.5'],
    ['KINDLING_KUBERNETES_PER_SECOND', '-1'],
    ['KINDLING_KUBERNETES_PER_SECOND', 'many'],
    ['KINDLING_PORT', '70000'],
    ['KINDLING_PORT', '0'],
    ['KINDLING_PORT', 'eighty'],
  ])('that names %s with what it is: %s', (name, value) => {
    const fault = faultOf({ ...local, [name]: value })
    expect(fault).toContain(`${name}="${value}" must be `)
    expect(fault).not.toContain('\n')
  })

  test('that names all of them', () => {
    const fault = faultOf({ ...local, KINDLING_PROJECT: '', KINDLING_PORT: 'x' })
    expect(fault).toMatch(/^KINDLING_PROJECT .*; KINDLING_PORT=/)
  })

  test('for half a simulated cloud, whose tokens would go to the real one', () => {
    expect(faultOf({ ...local, KINDLING_COMPUTE_URL: '' })).toContain('go together')
  })

  test('for plain http without a simulated cloud: real tokens never travel so', () => {
    const fault = faultOf({ KINDLING_PROJECT: 'prod', KINDLING_KUBERNETES_SCHEME: 'http' })
    expect(fault).toContain('simulated cloud only')
  })
})
