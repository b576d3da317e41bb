// The flags that every command has which brings a stack up.
import type { Flag } from './arguments.ts'
import { kubernetesChoices } from '../local/stack/kubernetes-choice.ts'

export const jsonFlag = {
  json: {
    kind: 'switch',
    says: 'one JSON value a line on standard output, everything else on standard error',
  },
} as const satisfies Record<string, Flag>

export const stackFlags = {
  speed: {
    kind: 'number',
    says: 'how much faster than life the simulated cloud runs (20)',
    least: 1,
    most: 1000,
  },
  kubernetes: {
    kind: 'choice',
    says: "embedded: simulated; managed: a real control plane for each GKE cluster; external: the kubeconfig's cluster (embedded)",
    choices: kubernetesChoices,
  },
  bundled: {
    kind: 'switch',
    says: 'the functions bundled, as they are deployed, in place of their sources',
  },
  ...jsonFlag,
} as const satisfies Record<string, Flag>
