// `npm run contract` as it is typed, and how a run of tests is counted.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandLine } from '../../test/command-line.ts'
import { contract } from './contract.ts'
import { testRun } from './test-run.ts'

const { said } = commandLine()

test('a wrong flag is one line and 2', async () => {
  expect(await contract(['--unreal'])).toBe(2)
  expect(said.error).toHaveLength(1)
})

test('without the programs of a real one nothing runs', async () => {
  const nowhere = { PATH: '/nowhere', KINDLING_KUBERNETES_CACHE: '/nowhere' }
  expect(await contract(['--real'], nowhere)).toBe(1)
  expect(said.error).toEqual([expect.stringContaining('npm run kubernetes:build')])
})

test('a run of tests is counted, and a run of none passes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kindling-run-'))
  const run = (filter: string) =>
    testRun({ config: 'vitest.config.ts', filter }, folder, process.env)
  const { passed, failures, exceptions } = await run('infra/cli/duration.test.ts')
  expect(passed).toBeGreaterThan(0)
  expect([failures, exceptions]).toEqual([[], []])
  expect(await run('no/such/file')).toEqual({ passed: 0, failures: [], exceptions: [] })
  await rm(folder, { recursive: true })
})
