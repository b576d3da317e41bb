// Where documents of models are.
import { WORKSPACE } from '../situations.ts'

export const clusterPath = (cluster: string): string => `${WORKSPACE}/clusters/${cluster}`
