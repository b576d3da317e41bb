// The demo's idle week, as it is printed for programs.
import { expect, test, vi } from 'vitest'
import { idle } from '../../infra/cli/scenario-idle.ts'

test('three levels go, the bill says what that saved, and a launch wakes them', async () => {
  const printed = vi.spyOn(console, 'log').mockReturnValue()
  const said = vi.spyOn(console, 'error').mockReturnValue()
  const code = await idle({ executors: 2, json: true })
  const last = JSON.parse(String(printed.mock.calls.at(-1)?.[0])) as {
    checks: { name: string; ok: boolean }[]
    cost: { spent: number; withoutReclaim: number; currency: string }
  }
  printed.mockRestore()
  said.mockRestore()
  expect(code).toBe(0)
  expect(last).toMatchObject({ kind: 'summary', scenario: 'idle', cost: { currency: 'USD' } })
  expect(last.checks.map(({ name, ok }) => [name, ok])).toEqual(
    ['launch', 'cluster', 'node pools', 'GKE cluster', 'quiet hour', 'bill', 'wake'].map((name) => [
      name,
      true,
    ]),
  )
  expect(last.cost.withoutReclaim).toBeGreaterThan(last.cost.spent)
})
