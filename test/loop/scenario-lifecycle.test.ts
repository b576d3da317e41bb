// The demo's walk through a whole life, on a virtual clock: every stage's check holds, and the cloud is empty at the end.
import { expect, it, vi } from 'vitest'
import { lifecycle } from '../../infra/cli/scenario-lifecycle.ts'
import { startLoop } from './fixture.ts'

it('checks every stage, and says so as JSON', async () => {
  const loop = await startLoop()
  const { stack, clock } = loop
  const printed = vi.spyOn(console, 'log').mockReturnValue()
  const progress = { show: () => {}, note: () => {} }
  const { signal } = new AbortController()
  const session = { stack, clock, progress, control: '', signal }
  let code: number | undefined
  const walk = lifecycle(session, { executors: 3, json: true }).then((answer) => (code = answer))
  await clock.until('walked', async () => code !== undefined, 6 * 60 * 60_000)
  await walk
  const lines = printed.mock.calls.map(([line]) => JSON.parse(String(line)) as object)
  printed.mockRestore()
  await loop.stop()

  const names = [
    'create a workspace',
    'create',
    'resize up',
    'resize down',
    'lose a node',
    'restart',
    'terminate',
    'start',
    'delete',
    'delete the workspace',
    'empty cloud',
  ]
  const checks = names.map((name) => ({ name, ok: true, detail: expect.any(String) }))
  expect(lines.at(-1)).toEqual({ kind: 'summary', scenario: 'lifecycle', checks })
  expect(lines.slice(0, -1)).toEqual(checks.map((check) => ({ kind: 'check', ...check })))
  expect(code).toBe(0)
})
