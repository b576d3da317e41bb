// The Network contract on the engine itself, in virtual time.
import { engineWorld } from './google-cloud-engine-world.ts'
import { networkListsContract } from './network-contract-lists.ts'
import { networkPatchesContract } from './network-contract-patches.ts'
import { networkContract } from './network-contract.ts'

networkContract(engineWorld)
networkListsContract(engineWorld)
networkPatchesContract(engineWorld)
