// Servers that misbehave, each a listener of a test's own, and Kindling's Kubernetes client against them.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'
import { realClock } from '../infra/local/clock.ts'
import { CallError } from '../shared/call-error.ts'
import { kubernetesClient } from '../shared/clients/kubernetes.ts'
import type { Kubernetes } from '../shared/ports.ts'

export const clock = realClock(1)
const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})

interface Opened {
  readonly kubernetes: Kubernetes
  readonly server: Server
}

export async function against(
  listener: RequestListener,
  token?: () => Promise<string>,
  deadlineMs = 300,
): Promise<Opened> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = kubernetesClient({ clock, deadlineMs, watchMarginMs: 100 })
  cleanUps.push(() => {
    client.close()
    server.close()
    server.closeAllConnections()
  })
  return { server, kubernetes: client.open({ server: `http://127.0.0.1:${port}`, token }) }
}

export async function errorOf(call: Promise<unknown>): Promise<CallError> {
  const error: unknown = await call.then(
    () => 'it was done',
    (reason: unknown) => reason,
  )
  if (error instanceof CallError) return error
  throw new Error('expected a CallError', { cause: error })
}

export const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a', name: 'x' }
export const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'a' } }
export const maps = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a' }

export const failure = (code: number, reason: string, message = 'no'): string =>
  JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, message })
