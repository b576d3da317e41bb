// In place of times that hibernation is decided by, which are hours: so many seconds.
import * as real from '../../shared/domain/time.ts'

export { SCALE_PERIOD, SWEEP_PERIOD } from '../../shared/domain/protocol-times.ts'
export const AUDIT_PERIOD = real.seconds(4)
export const hours = (count: number): number => real.seconds(4 * count)
