// What the wire faces have beside the contract: identities from tokens, Google's own error bodies, and dead servers.
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { gkeClient } from '../../../../shared/clients/gke.ts'
import { networkClient } from '../../../../shared/clients/network.ts'
import { localTokens } from '../../../../shared/clients/token-source.ts'
import { clusterOf, poolOf, refusal } from '../../../../test/contract/google-cloud-world.ts'
import { CALLER, unitCloud, ZONES } from '../../../../test/google-cloud/unit-cloud.ts'
import { computeServer } from './compute-server.ts'
import { containerServer } from './container-server.ts'

const WORKSPACE = { account: 'acme', workspace: 'w', ...CALLER }

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function wire(isClosed: boolean) {
  const cloud = await unitCloud({ isClosed })
  const container = await containerServer(cloud.engine)
  const compute = await computeServer(cloud.engine, () => cloud.clock.random())
  const gke = gkeClient({ tokenOf: localTokens, endpoint: container.address })
  const network = networkClient({ tokenOf: localTokens, rootUrl: compute.url })
  closers.push(
    () => gke.close(),
    () => container.stop(),
    () => compute.stop(),
    () => cloud.engine.stop(),
  )
  return { cloud, gke: gke.open(WORKSPACE), network: network.open(WORKSPACE), compute }
}

/** A port on which every connection is cut off, or nothing listens at all. */
async function badPort(listening: boolean): Promise<number> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  if (listening) closers.push(close)
  else await close()
  return port
}

describe('the identity on the wire', () => {
  it('is the one of the token', async () => {
    const { cloud, gke, network } = await wire(true)
    const denied = { kind: 'denied', message: expect.stringContaining(CALLER.serviceAccount) }
    expect(await refusal(network.get('networks', 'n'))).toMatchObject(denied)
    expect(await refusal(gke.deleteCluster('c'))).toMatchObject(denied)
    cloud.engine.grantProject(CALLER.project, CALLER.serviceAccount)
    await cloud.clock.advance(30_000)
    expect(await network.listZones()).toHaveLength(3)
    expect(await gke.getCluster('c')).toBeUndefined()
  })
})

describe('the Compute API on the wire', () => {
  it("answers errors with Google's body", async () => {
    const { compute } = await wire(false)
    const base = `${compute.url}compute/v1/projects/${CALLER.project}`
    const missing = await fetch(`${base}/global/networks/none`)
    expect(missing.status).toBe(404)
    const message = `The resource 'projects/${CALLER.project}/global/networks/none' was not found`
    expect(await missing.json()).toEqual({
      error: { code: 404, message, errors: [{ message, domain: 'global', reason: 'notFound' }] },
    })
    const broken = await fetch(`${base}/global/networks`, { method: 'POST', body: '{' })
    expect(broken.status).toBe(400)
    // Routers are of a region.
    expect((await fetch(`${base}/global/routers/r`)).status).toBe(404)
  })
})

describe('an answer that is lost', () => {
  it('is an unknown outcome to the clients too', async () => {
    const { cloud, gke, network } = await wire(false)
    const ready = await cloud.makeNetwork()
    await cloud.engine.faults.set('answer-lost')
    const resource = { name: 'n', autoCreateSubnetworks: false }
    const insert = network.insert('networks', resource, crypto.randomUUID())
    expect((await refusal(insert)).kind).toBe('unknown-outcome')
    const creation = gke.createCluster(clusterOf('c', ready, ZONES, CALLER.project))
    expect((await refusal(creation)).kind).toBe('unknown-outcome')
    expect(await gke.getCluster('c')).toMatchObject({ status: 'PROVISIONING' })
  })
})

describe('a server that is not there', () => {
  it('was not reached, so nothing was done', async () => {
    const port = await badPort(false)
    const gke = gkeClient({ tokenOf: localTokens, endpoint: `127.0.0.1:${port}` })
    closers.push(() => gke.close())
    const network = networkClient({ tokenOf: localTokens, rootUrl: `http://127.0.0.1:${port}/` })
    expect((await refusal(gke.open(WORKSPACE).createNodePool('c', poolOf('p')))).kind).toBe(
      'unavailable',
    )
    expect((await refusal(network.open(WORKSPACE).delete('networks', 'n', 'id'))).kind).toBe(
      'unavailable',
    )
  })

  it('that cuts the call off may have done it', async () => {
    const port = await badPort(true)
    const network = networkClient({ tokenOf: localTokens, rootUrl: `http://127.0.0.1:${port}/` })
    const face = network.open(WORKSPACE)
    expect((await refusal(face.delete('networks', 'n', 'id'))).kind).toBe('unknown-outcome')
    expect((await refusal(face.get('networks', 'n'))).kind).toBe('unavailable')
  })
})

describe('faults on the wire', () => {
  it('reach callers with the same kinds and words as in process', async () => {
    const { cloud, gke, network } = await wire(false)
    const { faults } = cloud.engine
    await faults.set('api-disabled')
    const disabled = {
      kind: 'denied',
      message: expect.stringContaining(
        'has not been used in project demo-unit before or it is disabled',
      ),
    }
    expect(await refusal(gke.getCluster('c'))).toMatchObject(disabled)
    expect(await refusal(network.listZones())).toMatchObject(disabled)
    faults.clear()
    await faults.set('rate-limit')
    const rate = {
      kind: 'rate',
      message: expect.stringContaining("Quota exceeded for quota metric 'Requests'"),
    }
    expect(await refusal(gke.deleteCluster('c'))).toMatchObject(rate)
    expect(
      await refusal(
        network.insert(
          'networks',
          { name: 'n', autoCreateSubnetworks: false },
          crypto.randomUUID(),
        ),
      ),
    ).toMatchObject(rate)
    faults.clear()
    await faults.set('unavailable')
    expect((await refusal(gke.deleteCluster('c'))).kind).toMatch(/unavailable|unknown-outcome/)
    faults.clear()
    await faults.set('quota', { metric: 'N2_CPUS', limit: 7 })
    expect(await network.listQuotas()).toContainEqual({ metric: 'N2_CPUS', limit: 7, usage: 0 })
    await faults.set('not-offered', { machineType: 'n2-standard-4' })
    expect(await network.hasMachineType('europe-west4-a', 'n2-standard-4')).toBe(false)
  })

  it('an operation that is lost is not found', async () => {
    const { cloud, gke } = await wire(false)
    await cloud.makeCluster()
    await cloud.engine.faults.set('operation-lost')
    const { name } = await gke.createNodePool('c', poolOf('p'))
    expect(await gke.getOperation(name)).toBeUndefined()
  })
})
