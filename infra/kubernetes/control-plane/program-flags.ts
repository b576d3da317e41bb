// How each program of a control plane is started. Limits that only keep a machine polite are lifted; what decides is as in
// GKE: RBAC, the default admission plugins, API priority and fairness.
import { join } from 'node:path'
import { KWOK_KEY, KWOK_NODE } from '../../local/google-cloud/nodes/node-template.ts'

export interface Ports {
  readonly apiserver: number
  readonly etcd: number
  readonly etcdPeer: number
  readonly kwok: number
}

/** Files that the programs read, each below the control plane's own folder. */
export const files = {
  tokens: 'tokens.csv',
  accountKey: 'service-accounts.pem',
  certificates: 'certificates',
  /** The server's certificate, and behind it the authority that it made for itself. */
  certificate: join('certificates', 'apiserver.crt'),
  scheduler: 'kube-scheduler.json',
  data: 'etcd',
} as const

/** Nodes and their leases are the simulated cloud's: the controllers that judge nodes by heartbeats stay off. */
const CONTROLLERS = [
  'deployment-controller',
  'disruption-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'pod-garbage-collector-controller',
  'replicaset-controller',
  'resourcequota-controller',
  'root-ca-certificate-publisher-controller',
  'serviceaccount-controller',
]

export function etcdFlags(folder: string, { etcd, etcdPeer }: Ports): string[] {
  const [clients, peers] = [`http://127.0.0.1:${etcd}`, `http://127.0.0.1:${etcdPeer}`]
  return [
    `--data-dir=${join(folder, files.data)}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    '--quota-backend-bytes=4294967296',
    // Nothing here outlives its processes.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]
}

export function apiserverFlags(folder: string, { apiserver, etcd }: Ports): string[] {
  const key = join(folder, files.accountKey)
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${apiserver}`,
    `--cert-dir=${join(folder, files.certificates)}`,
    `--token-auth-file=${join(folder, files.tokens)}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/20',
    '--endpoint-reconciler-type=none',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--allow-privileged=true',
    '--profiling=false',
    '--delete-collection-workers=16',
  ]
}

export function schedulerFlags(folder: string): string[] {
  return [`--config=${join(folder, files.scheduler)}`, '--secure-port=0']
}

export function schedulerConfig(kubeconfig: string): string {
  return JSON.stringify({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    // The defaults bind no more than 56 pods a second.
    clientConnection: { kubeconfig, qps: 5000, burst: 10_000 },
    leaderElection: { leaderElect: false },
    // The cloud runs faster than life, and its nodes come and go as fast.
    podInitialBackoffSeconds: 1,
    podMaxBackoffSeconds: 1,
  })
}

export function controllerFlags(folder: string, kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    '--secure-port=0',
    '--leader-elect=false',
    // Each controller under its own account and rights, as GKE runs them.
    '--use-service-account-credentials=true',
    `--root-ca-file=${join(folder, files.certificate)}`,
    `--service-account-private-key-file=${join(folder, files.accountKey)}`,
    `--controllers=${CONTROLLERS.join(',')}`,
    '--kube-api-qps=1000',
    '--kube-api-burst=2000',
  ]
}

export interface KwokOptions {
  /** The file of its configuration. */
  readonly stages: string
  readonly kubeconfig: string
  readonly port: number
  /** Value of the annotation of the nodes that it plays. */
  readonly plays?: string
  /** How long a node's lease holds; 0: nobody asks for leases. */
  readonly leaseSeconds?: number
}

export function kwokFlags(options: KwokOptions): string[] {
  const { stages, kubeconfig, port, plays = KWOK_NODE[KWOK_KEY], leaseSeconds = 0 } = options
  return [
    `--kubeconfig=${kubeconfig}`,
    `--config=${stages}`,
    '--manage-all-nodes=false',
    `--manage-nodes-with-annotation-selector=${KWOK_KEY}=${plays}`,
    '--cidr=100.64.0.0/10',
    // The simulated cloud's nodes have no address of their own.
    '--node-ip=10.128.0.2',
    `--node-lease-duration-seconds=${leaseSeconds}`,
    `--server-address=127.0.0.1:${port}`,
  ]
}
