// Faults inside a GKE cluster: machines that die, pods that do not run, a Kubernetes API that does not answer.
import { z } from 'zod'
import { chance, cluster, message, namespace, once, pool, role, standing, times } from './fault.ts'

const victims = {
  node: z.string().min(1).optional().describe('this one'),
  namespace: namespace.describe('one that has a pod of this namespace'),
  role,
  pool: pool.describe('one of this node pool'),
  cluster: cluster.describe('one of this GKE cluster'),
  count: z.int().min(1).max(1000).default(1).describe('how many (1)'),
}

export const clusterFaults = {
  preempt: once(
    'Takes a machine away as Compute takes spot ones: 15 s notice, its pods end as Failed and keep their names, the node goes.',
    victims,
  ),
  'lose-node': once(
    'A machine dies without a word: its node is unreachable after 40 s, and goes with its pods a minute later.',
    victims,
  ),
  'image-pull': standing(
    'Images cannot be pulled: pods wait, and say why, until the fault is cleared.',
    { image: z.string().min(1).optional().describe('a part of its name') },
    {
      reason: z
        .enum(['ImagePullBackOff', 'ErrImagePull'])
        .default('ImagePullBackOff')
        .describe('(ImagePullBackOff)'),
      message,
    },
  ),
  'crash-loop': standing(
    'Containers end as soon as they have started, again and again, until the fault is cleared.',
    { namespace, role },
    { exitCode: z.int().min(1).max(255).default(1).describe('(1)'), message },
  ),
  'pod-fails': standing(
    'Pods fail when they would start, and stay so.',
    { namespace, role },
    {
      reason: z.enum(['Evicted', 'OOMKilled', 'Error']).default('Evicted').describe('(Evicted)'),
      message,
      times,
    },
  ),
  'kubernetes-unreachable': standing(
    'The Kubernetes endpoint does not answer those outside of the cluster.',
    { cluster },
    { chance, times },
  ),
  'kubernetes-rate-limit': standing(
    'The Kubernetes API refuses calls from outside because there are too many (429), and says when to come back.',
    { cluster },
    {
      chance,
      times,
      retryAfter: z.int().min(1).max(3600).default(1).describe('in so many seconds (1)'),
    },
  ),
  'quota-conflict': standing(
    'Parallel creates in a namespace with a ResourceQuota are told Conflict (409).',
    { cluster },
    {
      parallel: z.int().min(1).default(1).describe('creates that may come at a time (1)'),
      writeMs: z
        .number()
        .min(1)
        .max(10_000)
        .default(5)
        .describe('how long one keeps the quota, in ms (5)'),
    },
  ),
  'larger-agents': standing(
    "GKE's own pods on each node ask for more than before: a Spark pod that filled the rest no longer fits.",
    { cluster },
    {
      cpuMilli: z.int().min(0).default(0).describe('thousandths of a CPU more (0)'),
      memoryMib: z.int().min(0).default(0).describe('MiB more (0)'),
    },
  ),
  'namespace-quota': standing(
    'GKE puts a ResourceQuota of its own on every namespace, as on small clusters, and puts it back when it is deleted.',
    { cluster },
    { pods: z.int().min(1).default(1500).describe('pods of one namespace (1500)') },
  ),
  'agent-silent': standing(
    'What the agent in a cluster says does not arrive.',
    { cluster },
    { chance },
  ),
} as const
