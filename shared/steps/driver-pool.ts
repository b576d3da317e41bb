// Waits for the pool that the driver's machine comes from.
import { poolUse } from './pool-use.ts'

export const driverPool = poolUse('driver-pool', "Pool of the driver's machines", 'driver')
