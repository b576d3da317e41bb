// Watches that are cut, on the engine's wire face.
import { cutWatches } from './cut-watches.ts'
import { wireKubernetes } from './wire-kubernetes.ts'

cutWatches('embedded engine', wireKubernetes, 300)
