// The Gke contract on the engine itself, in virtual time.
import { gkeChangesContract } from './gke-contract-changes.ts'
import { gkeContract } from './gke-contract.ts'
import { engineWorld } from './google-cloud-engine-world.ts'

gkeContract(engineWorld)
gkeChangesContract(engineWorld)
