// The Kubernetes contract through the production client, on the engine's wire face.
import { kubernetesContract } from './kubernetes-contract.ts'
import { wireKubernetes } from './wire-kubernetes.ts'

kubernetesContract('client on the wire face', wireKubernetes, { isOnWire: true })
