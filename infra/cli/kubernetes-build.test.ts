// `npm run kubernetes:build` as it is typed, with a stand-in for Go that writes an empty program for each that it is asked for.
import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { commandLine } from '../../test/command-line.ts'
import { kubernetesBuild } from './kubernetes-build.ts'

const { said, values } = commandLine()
let folder = ''
let environment: NodeJS.ProcessEnv = {}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindling-build-'))
  environment = {
    PATH: `${folder}:/usr/bin:/bin`,
    KINDLING_KUBERNETES_CACHE: join(folder, 'cache'),
  }
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** `build`: the shell's words for `go build`, which has the file to write in $file. */
async function standIn(
  version: string,
  build = 'echo some/package >&2; echo > "$file"; chmod +x "$file"',
) {
  const script = `#!/bin/sh
[ "$1" = env ] && { echo ${version}; exit; }
[ "$1" = list ] && { echo some/package; exit; }
while [ $# -gt 0 ]; do [ "$1" = -o ] && file=$2; shift; done
${build}
`
  await writeFile(join(folder, 'go'), script)
  await chmod(join(folder, 'go'), 0o755)
}

const cached = () => readdir(join(folder, 'cache')).catch(() => [])

describe('without a Go that is new enough', () => {
  test('one line says what to install', async () => {
    expect(await kubernetesBuild([], { ...environment, PATH: '/nowhere' })).toBe(2)
    expect(said.error).toEqual([
      'Go 1.26 or newer must be installed to build Kubernetes: there is no go here',
    ])
  })

  test.each(['go1.25.9', 'go0.99'])('%s is named', async (version) => {
    await standIn(version)
    expect(await kubernetesBuild([], environment)).toBe(2)
    expect(said.error).toHaveLength(1)
    expect(said.error[0]).toContain(version)
  })
})

test('builds once, and says at once the second time that everything is there', async () => {
  await standIn('go1.26.8')
  expect(await kubernetesBuild(['--json'], environment)).toBe(0)
  const built = ['kube-apiserver', 'kube-scheduler', 'kube-controller-manager', 'etcd', 'kwok']
  expect(values().at(-1)).toMatchObject({ kind: 'summary', built })
  expect(values()[0]).toMatchObject({ kind: 'progress', module: 'control-plane', packages: 1 })
  await standIn('go1.26.8', 'exit 1')
  expect(await kubernetesBuild(['--json'], environment)).toBe(0)
  expect(values().at(-1)).toMatchObject({ kind: 'summary', built: [] })
})

test('a build that fails says what Go said, and leaves nothing half made', async () => {
  await standIn('go1.26.8', 'echo > "$file"; echo "there is no room" >&2; exit 1')
  expect(await kubernetesBuild([], environment)).toBe(1)
  expect(said.error.at(-1)).toContain('there is no room')
  expect(await cached()).toEqual([])
})

test('what a killed build has left is removed by the next', async () => {
  await standIn('go1.26.8', 'kill -9 $PPID')
  const entry = new URL('kubernetes-build.mjs', import.meta.url).pathname
  await new Promise((resolve) => {
    execFile(process.execPath, [entry], { env: environment }, resolve)
  })
  expect(await cached()).toHaveLength(1)
  await standIn('go1.26.8')
  expect(await kubernetesBuild([], environment)).toBe(0)
  expect((await cached()).filter((name) => name.includes('unfinished'))).toEqual([])
})

test('the three of Kubernetes come from one folder: one that lacks any is passed over', async () => {
  await standIn('go1.26.8')
  await kubernetesBuild([], environment)
  const assets = join(folder, 'assets')
  await mkdir(assets)
  for (const name of ['kube-apiserver', 'etcd']) {
    await copyFile(join(folder, 'go'), join(assets, name))
    await chmod(join(assets, name), 0o755)
  }
  await kubernetesBuild(['--json'], { ...environment, KUBEBUILDER_ASSETS: assets })
  const programs = JSON.parse(said.out.at(-1) ?? '{}') as { programs: Record<string, string> }
  expect(programs.programs['etcd']).toBe(join(assets, 'etcd'))
  expect(programs.programs['kube-apiserver']).toContain(join(folder, 'cache'))
})
