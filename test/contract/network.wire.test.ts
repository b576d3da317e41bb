// The Network contract through the production client, on the simulated Compute's wire face.
import { wireWorld } from './google-cloud-engine-world.ts'
import { networkContract } from './network-contract.ts'

networkContract(wireWorld)
