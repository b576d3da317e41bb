import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { googleAuthLibrary } from 'google-gax'
import { afterEach, expect, it } from 'vitest'
import { impersonatedTokens } from './impersonated-tokens.ts'

const ACCOUNT = 'kindling@demo-customer.iam.gserviceaccount.com'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** IAM Credentials, answering every request with this status. */
async function iam(status: number) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const expireTime = new Date(Date.UTC(2100, 0, 1)).toISOString()
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify(
        status === 200
          ? { accessToken: `token-${asked.length}`, expireTime }
          : { error: { code: status, message: 'Permission denied', status: 'PERMISSION_DENIED' } },
      ),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as AddressInfo
  const source = new googleAuthLibrary.PassThroughClient()
  return { asked, tokenOf: impersonatedTokens({ source, endpoint: `http://127.0.0.1:${port}` }) }
}

it('asks IAM once for each account, and keeps the token', async () => {
  const { asked, tokenOf } = await iam(200)
  expect(await tokenOf(ACCOUNT)).toBe('token-1')
  expect(await tokenOf(ACCOUNT)).toBe('token-1')
  expect(await tokenOf(`other-${ACCOUNT}`)).toBe('token-2')
  expect(asked[0]).toBe(`/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`)
  expect(asked).toHaveLength(2)
})

it('is denied without the grant, and asks again the next time', async () => {
  const { asked, tokenOf } = await iam(403)
  const denied = { kind: 'denied', message: expect.stringContaining(ACCOUNT) }
  await expect(tokenOf(ACCOUNT)).rejects.toMatchObject(denied)
  await expect(tokenOf(ACCOUNT)).rejects.toMatchObject(denied)
  expect(asked).toHaveLength(2)
})
