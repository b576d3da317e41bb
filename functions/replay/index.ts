// replay on the functions framework.
import { clientWorld } from '../../shared/clients/client-world.ts'
import { registerCalls } from '../../shared/clients/functions-framework.ts'
import { environmentConfig } from '../../shared/runtime/config.ts'
import { callFunction } from '../../shared/runtime/function.ts'
import { deliveryPolicy } from '../delivery.ts'
import { manifest } from '../manifest.ts'
import { handle } from './handler.ts'

const name = 'replay'
const row = manifest[name]
const world = clientWorld(environmentConfig(), row.can, deliveryPolicy)
registerCalls(name, callFunction({ name, row, world }, handle))
