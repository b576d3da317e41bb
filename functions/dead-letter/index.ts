// dead-letter on the functions framework.
import { clientWorld } from '../../shared/clients/client-world.ts'
import { registerEvents } from '../../shared/clients/functions-framework.ts'
import { environmentConfig } from '../../shared/runtime/config.ts'
import { messageFunction } from '../../shared/runtime/function.ts'
import { deliveryPolicy } from '../delivery.ts'
import { manifest } from '../manifest.ts'
import { handle } from './handler.ts'

const name = 'dead-letter'
const row = manifest[name]
const world = clientWorld(environmentConfig(), row.can, deliveryPolicy)
registerEvents(name, messageFunction({ name, row, world }, handle))
