// Waits for the pool that the executors' machines come from.
import { poolUse } from './pool-use.ts'

export const executorPool = poolUse('executor-pool', "Pool of the executors' machines", 'executor')
