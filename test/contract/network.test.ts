// The Network contract on the engine itself, in virtual time.
import { engineWorld } from './google-cloud-engine-world.ts'
import { networkContract } from './network-contract.ts'

networkContract(engineWorld)
