// The programs of a real control plane, and the Go modules of this folder that pin what each is built from.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type ProgramName =
  | 'kube-apiserver'
  | 'kube-scheduler'
  | 'kube-controller-manager'
  | 'etcd'
  | 'kwok'

/** Programs of one module are of one version, and are never mixed with another's. */
export interface GoModule {
  readonly name: 'control-plane' | 'etcd' | 'kwok'
  /** The package of each program. */
  readonly programs: Readonly<Partial<Record<ProgramName, string>>>
  /** The package whose version is the programs'. */
  readonly versionOf: string
}

export const goModules: readonly GoModule[] = [
  {
    name: 'control-plane',
    programs: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    },
    versionOf: 'k8s.io/kubernetes',
  },
  {
    name: 'etcd',
    programs: { etcd: 'go.etcd.io/etcd/server/v3' },
    versionOf: 'go.etcd.io/etcd/server/v3',
  },
  { name: 'kwok', programs: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' }, versionOf: 'sigs.k8s.io/kwok' },
]

export function programsOf({ programs }: GoModule): readonly ProgramName[] {
  return Object.keys(programs) as ProgramName[] // exactly the keys that the type allows
}

export function folderOf({ name }: GoModule): string {
  return fileURLToPath(new URL(`modules/${name}`, import.meta.url))
}

/** As in go.mod, such as `v1.36.3`. Throws when go.mod does not require it. */
export function versionOf(module: GoModule): string {
  const [, version] =
    textOf(module, 'go.mod')
      .split('\n')
      .map((line) =>
        line
          .trim()
          .replace(/^require /, '')
          .split(' '),
      )
      .find(([name]) => name === module.versionOf) ?? []
  if (version === undefined)
    throw new Error(`${folderOf(module)}: no ${module.versionOf} in go.mod`)
  return version
}

/** Changes with everything that the programs are built from, and with the machine that they are for. */
export function keyOf(module: GoModule): string {
  const hash = createHash('sha256')
  for (const file of ['go.mod', 'go.sum']) hash.update(textOf(module, file))
  return hash.update(`${process.platform}/${process.arch}`).digest('hex').slice(0, 16)
}

function textOf(module: GoModule, file: string): string {
  return readFileSync(`${folderOf(module)}/${file}`, 'utf8')
}
