// The real kubectl on the wire face. Without kubectl on the PATH there is nothing to run; in CI that is a failure.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realClock } from '../../clock.ts'
import { kubernetesEngine } from '../engine.ts'
import { kubernetesServer, type KubernetesServer } from './server.ts'

/** The user's own; it is no dependency. */
const PROGRAM = 'kubectl'
const hasKubectl = spawnSync(PROGRAM, ['version', '--client']).status === 0

const deployment = (replicas: number): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: registry.invalid/web}]}
`

const widgetSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: { size: { type: 'integer', description: 'How large it is.' } },
    },
  },
}

test('kubectl is there where it has to be', () => {
  expect(hasKubectl || process.env['CI'] !== 'true').toBe(true)
})

describe.runIf(hasKubectl)('kubectl', () => {
  const clock = realClock(1)
  const engine = kubernetesEngine({ clock })
  let server: KubernetesServer
  let folder: string
  let manifest: string

  const environment = () => ({
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    KUBECONFIG: '/dev/null',
  })
  const flags = (): string[] => ['--server', server.url, '--cache-dir', join(folder, 'cache')]

  async function kubectl(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(PROGRAM, [...args, ...flags()], {
      env: environment(),
    })
    return stdout
  }

  /** What it prints, or what it complains of. */
  const message = (...args: string[]): Promise<string> =>
    kubectl(...args).then(String, (error: { stderr: string }) => error.stderr)

  async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
    const until = clock.now() + 20_000
    while (!(await holds())) {
      if (clock.now() > until) throw new Error(`${what}: not in time`)
      await clock.sleep(50)
    }
  }

  beforeAll(async () => {
    engine.startCompanions({ delays: { imagePullMs: () => 20, podStartMs: () => 5 } })
    await engine.face('system:admin').create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-1' },
      status: {
        allocatable: { cpu: '8', memory: '32Gi', pods: '32' },
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    })
    server = await kubernetesServer(engine, clock, { withoutToken: 'system:admin' })
    folder = await mkdtemp(join(tmpdir(), 'kubectl-'))
    manifest = join(folder, 'web.yaml')
  })
  afterAll(async () => {
    await server.stop()
    engine.stop()
    clock.stop()
    await rm(folder, { recursive: true })
  })

  test('get shows nodes and namespaces as tables', async () => {
    expect(await kubectl('get', 'nodes')).toMatch(/^NAME +STATUS +ROLES +AGE\nnode-1 +Ready/)
    expect(await kubectl('get', 'ns')).toMatch(/kube-system +Active/)
    expect(await kubectl('get', 'pods', '-A', '-o', 'name')).toBe('')
  })

  test('apply creates, leaves alone, changes, and delete removes', async () => {
    const apply = () => kubectl('apply', '-f', manifest)
    await writeFile(manifest, deployment(2))
    expect(await apply()).toBe('deployment.apps/web created\n')
    expect(await apply()).toBe('deployment.apps/web unchanged\n')
    await writeFile(manifest, deployment(3))
    expect(await apply()).toBe('deployment.apps/web configured\n')
    await eventually('three pods run', async () => {
      const listed = await kubectl('get', 'pods', '-l', 'app=web')
      return (listed.match(/1\/1 +Running/g) ?? []).length === 3
    })
    expect(await kubectl('get', 'deploy', '-A')).toMatch(/default +web +3\/3/)
    expect(await kubectl('get', 'pods', '-A', '-l', 'app=other', '-o', 'name')).toBe('')
    expect(await kubectl('delete', '-f', manifest)).toBe('deployment.apps "web" deleted\n')
    await eventually(
      'no pods are left',
      async () => (await kubectl('get', 'po', '-o', 'name')) === '',
    )
  })

  test('get -w tells of changes as they come', async () => {
    const watch = spawn(PROGRAM, ['get', 'pods', '-w', ...flags()], { env: environment() })
    let told = ''
    watch.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()))
    try {
      await kubectl('run', 'lonely', '--image=registry.invalid/lonely')
      await eventually('it runs', async () => /lonely +1\/1 +Running/.test(told))
      await kubectl('delete', 'pod', 'lonely', '--wait=false')
      await eventually('it ends', async () => /lonely +1\/1 +Terminating/.test(told))
    } finally {
      watch.kill()
    }
    expect(told).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\n/)
  })

  test('get -o wide and -o yaml show more', async () => {
    await writeFile(manifest, deployment(1))
    await kubectl('apply', '-f', manifest)
    await kubectl('rollout', 'status', 'deploy/web', '--timeout=20s')
    const wide = await kubectl('get', 'pods', '-l', 'app=web', '-o', 'wide')
    expect(wide).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE/)
    expect(wide).toMatch(/web-\S+ +1\/1 +Running +0 +\d+s +100\.[\d.]+ +node-1 /)
    expect(await kubectl('get', 'deploy', 'web', '-o', 'wide')).toMatch(/main +\S+web +app=web\n/)
    const yaml = await kubectl('get', 'deploy', 'web', '-o', 'yaml')
    expect(yaml).toMatch(/^apiVersion: apps\/v1\nkind: Deployment\nmetadata:\n/)
    expect(yaml).toContain('readyReplicas: 1')
  })

  test('describe tells of pods and nodes', async () => {
    const pod = await kubectl('describe', 'pod', '-l', 'app=web')
    expect(pod).toMatch(/^Name: +web-\S+\nNamespace: +default\n/)
    expect(pod).toMatch(/Node: +node-1\/127\.0\.0\.1\n/)
    expect(pod).toMatch(/State: +Running\n/)
    const node = await kubectl('describe', 'node', 'node-1')
    expect(node).toMatch(/Non-terminated Pods: +\([1-9]\d* in total\)/)
  })

  test('logs tell that nothing runs, and ask for a container when there are several', async () => {
    expect(await kubectl('logs', 'deploy/web')).toMatch(
      /^\S+ started registry\.invalid\/web; simulated: no process runs\n$/,
    )
    const containers = ['one', 'two'].map((name) => ({ name, image: 'registry.invalid/x' }))
    const spec = JSON.stringify({ apiVersion: 'v1', spec: { containers } })
    await kubectl('run', 'both', '--image=registry.invalid/x', `--overrides=${spec}`)
    await kubectl('wait', 'pod/both', '--for=condition=Ready', '--timeout=20s')
    expect(await message('logs', 'both', '-c', 'three')).toContain('three')
    expect(await kubectl('logs', 'both', '-c', 'two')).toContain('started registry.invalid/x')
  })

  test('create makes what it makes by itself', async () => {
    expect(await kubectl('create', 'namespace', 'made')).toBe('namespace/made created\n')
    await kubectl('create', 'configmap', 'c', '-n', 'made', '--from-literal=a=b')
    expect(await kubectl('get', 'cm', 'c', '-n', 'made', '-o', 'jsonpath={.data}')).toBe(
      '{"a":"b"}',
    )
    await kubectl('create', 'secret', 'generic', 's', '-n', 'made', '--from-literal=a=b')
    expect(await kubectl('get', 'secret', 's', '-n', 'made', '-o', 'jsonpath={.data.a}')).toBe(
      'Yg==',
    )
    await kubectl('create', 'serviceaccount', 'robot', '-n', 'made')
    await kubectl(
      'create',
      'deployment',
      'd',
      '-n',
      'made',
      '--image=registry.invalid/d',
      '--replicas=2',
    )
    await kubectl('rollout', 'status', 'deploy/d', '-n', 'made', '--timeout=20s')
    expect(await kubectl('get', 'pods', '-n', 'made', '-o', 'name')).toMatch(/^(pod\/d-\S+\n){2}$/)
    await kubectl('delete', 'namespace', 'made')
    expect(await message('get', 'namespace', 'made')).toContain('(NotFound)')
  })

  test('auth says who somebody is and what he may', async () => {
    const robot = '--as=system:serviceaccount:default:default'
    expect(await kubectl('auth', 'can-i', 'delete', 'pods')).toBe('yes\n')
    const refused = kubectl('auth', 'can-i', 'delete', 'pods', robot)
    await expect(refused).rejects.toMatchObject({ stdout: 'no\n', code: 1 })
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: { name: 'reader', namespace: 'default' },
    }
    const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' }
    const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }]
    const items = [
      { ...role, kind: 'Role', rules },
      { ...role, kind: 'RoleBinding', roleRef, subjects },
    ]
    const path = join(folder, 'reader.json')
    await writeFile(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
    await kubectl('apply', '-f', path)
    expect(await kubectl('auth', 'can-i', 'list', 'pods', robot)).toBe('yes\n')
    expect(await kubectl('auth', 'can-i', '--list', robot)).toMatch(
      /^pods +\[\] +\[\] +\[get list\]$/m,
    )
    expect(await kubectl('auth', 'whoami', robot)).toContain('system:serviceaccounts:default')
    expect(await message('get', 'secrets', robot)).toContain(
      'User "system:serviceaccount:default:default" cannot list resource "secrets" in API group ""',
    )
  })

  test('refusals are told as kubectl tells them', async () => {
    expect(await message('get', 'pod', 'none')).toBe(
      'Error from server (NotFound): pods "none" not found\n',
    )
    expect(await message('delete', 'ns', 'kube-system')).toContain('(Forbidden)')
    expect(await message('get', 'nothing')).toContain("the server doesn't have a resource type")
  })

  test('a custom resource is served with the columns that its definition names', async () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.kindling.dev' },
      spec: {
        group: 'kindling.dev',
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: widgetSchema },
            additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
          },
        ],
      },
    }
    const path = join(folder, 'widget.json')
    await writeFile(path, JSON.stringify(definition))
    await kubectl('apply', '-f', path)
    const metadata = { name: 'a', namespace: 'default' }
    const widget = { apiVersion: 'kindling.dev/v1', kind: 'Widget', metadata, spec: { size: 7 } }
    await writeFile(path, JSON.stringify(widget))
    await kubectl('apply', '-f', path)
    expect(await kubectl('get', 'wd')).toMatch(/^NAME +SIZE\na +7\n$/)
    await writeFile(path, JSON.stringify({ ...widget, spec: { size: 8 } }))
    expect(await kubectl('apply', '-f', path)).toContain('configured')
    expect(await kubectl('get', 'widget', 'a', '-o', 'jsonpath={.spec.size}')).toBe('8')
    const explained = await kubectl('explain', 'widgets.spec')
    expect(explained).toMatch(/^GROUP: +kindling\.dev\nKIND: +Widget\nVERSION: +v1\n/)
    expect(explained).toMatch(/size\s+<integer>\n +How large it is\./)
  })
})
