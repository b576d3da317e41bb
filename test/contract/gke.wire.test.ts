// The Gke contract through the production client, on the simulated container API's wire face.
import { gkeChangesContract } from './gke-contract-changes.ts'
import { gkeContract } from './gke-contract.ts'
import { wireWorld } from './google-cloud-engine-world.ts'

gkeContract(wireWorld)
gkeChangesContract(wireWorld)
