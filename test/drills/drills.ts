// Every failure that Kindling must tell well and leave nothing of: what goes wrong, what is told, how it ends.
import { capacityDrills } from './capacity-drills.ts'
import type { Drill } from './drill.ts'
import { podDrills } from './pod-drills.ts'
import { refusalDrills } from './refusal-drills.ts'

export const drills: readonly Drill[] = [...capacityDrills, ...refusalDrills, ...podDrills]
