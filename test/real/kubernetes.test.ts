// The Kubernetes contract on a real API server.
import { kubernetesContract } from '../contract/kubernetes-contract.ts'
import { realKubernetes } from './real-kubernetes.ts'

kubernetesContract('real API server', realKubernetes, { isOnWire: true, isEmbedded: false })
