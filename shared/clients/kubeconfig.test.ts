// Kubeconfigs, in the forms that people have.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CallError } from '../call-error.ts'
import { endpointOf } from './kubeconfig.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
})
afterAll(async () => await rm(folder, { recursive: true }))

async function config(cluster: object, user: object): Promise<string> {
  const file = join(folder, 'config')
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'one',
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
  }
  await writeFile(file, JSON.stringify(content))
  return file
}

const pem = (name: string): string => `-----BEGIN ${name}-----`
const encoded = (text: string): string => Buffer.from(text).toString('base64')

test('a token and an authority', async () => {
  const data = { 'certificate-authority-data': encoded(pem('CA')), 'tls-server-name': 'kubernetes' }
  const file = await config({ server: 'https://127.0.0.1:6443', ...data }, { token: 'secret' })
  const endpoint = await endpointOf({ file })
  expect(endpoint).toMatchObject({
    server: 'https://127.0.0.1:6443',
    tls: { ca: pem('CA'), serverName: 'kubernetes' },
  })
  expect(await endpoint.token?.()).toBe('secret')
})

test('a certificate instead of a token', async () => {
  const user = {
    'client-certificate-data': encoded(pem('CERT')),
    'client-key-data': encoded(pem('KEY')),
  }
  const endpoint = await endpointOf({
    file: await config({ server: 'https://127.0.0.1:6443' }, user),
  })
  expect(endpoint.tls).toMatchObject({ cert: pem('CERT'), key: pem('KEY') })
  expect(await endpoint.token?.()).toBe('')
})

test('a login that a command gives is asked for', async () => {
  const status = { token: 'from-command' }
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status,
  }
  const exec = {
    apiVersion: credential.apiVersion,
    command: 'echo',
    args: [JSON.stringify(credential)],
  }
  const endpoint = await endpointOf({
    file: await config({ server: 'https://127.0.0.1:6443' }, { exec }),
  })
  expect(await endpoint.token?.()).toBe('from-command')
})

test('what cannot be right is refused', async () => {
  const insecure = { server: 'https://127.0.0.1:6443', 'insecure-skip-tls-verify': true }
  await expect(endpointOf({ file: await config(insecure, { token: 't' }) })).rejects.toThrow(
    CallError,
  )
  const file = await config({ server: 'https://127.0.0.1:6443' }, {})
  await expect(endpointOf({ file, context: 'none' })).rejects.toThrow('no such context')
  await expect((await endpointOf({ file })).token?.()).rejects.toThrow(
    'neither a token nor a certificate',
  )
})

test.each([
  ['is not there', 'none', undefined],
  ['is no YAML', 'odd', '{'],
])('a file that %s is invalid, and named', async (_, name, content) => {
  const file = join(folder, name)
  if (content !== undefined) await writeFile(file, content)
  const error: unknown = await endpointOf({ file }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ kind: 'invalid' })
  expect(error).toBeInstanceOf(CallError)
  expect(String(error)).toContain(file)
  expect(String(error)).not.toContain('\n')
})
