// The Network contract through the production client, on the simulated Compute's wire face.
import { wireWorld } from './google-cloud-engine-world.ts'
import { networkListsContract } from './network-contract-lists.ts'
import { networkPatchesContract } from './network-contract-patches.ts'
import { networkContract } from './network-contract.ts'

networkContract(wireWorld)
networkListsContract(wireWorld)
networkPatchesContract(wireWorld)
