// Watches that are cut, on a real API server.
import { cutWatches } from '../contract/cut-watches.ts'
import { realKubernetes } from './real-kubernetes.ts'

cutWatches('real API server', realKubernetes, 1000)
