// Every fault that the simulated cloud can be given, by name. Help, commands, control endpoints and tests read it from here.
import type { z } from 'zod'
import { callFaults } from './call-faults.ts'
import { clusterFaults } from './cluster-faults.ts'
import type { Fault } from './fault.ts'
import { logFaults } from './log-faults.ts'
import { operationFaults } from './operation-faults.ts'
import { supplyFaults } from './supply-faults.ts'

export const faultCatalog = {
  ...supplyFaults,
  ...callFaults,
  ...operationFaults,
  ...clusterFaults,
  ...logFaults,
} as const

export type FaultCatalog = typeof faultCatalog
export type FaultName = keyof FaultCatalog
/** What is given when it is set; what has a default may be left out. */
export type FaultInput<Name extends FaultName> = z.input<FaultCatalog[Name]['parameters']>
export type FaultValue<Name extends FaultName> = z.output<FaultCatalog[Name]['parameters']>

type NamesOf<Is extends Fault['is']> = {
  [Name in FaultName]: FaultCatalog[Name]['is'] extends Is ? Name : never
}[FaultName]
export type StandingFault = NamesOf<'standing'>
/** Faults that happen when they are set, and are over. */
export type OnceFault = NamesOf<'once'>

export const faultNames = Object.keys(faultCatalog) as readonly FaultName[]

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultCatalog, name)
}
