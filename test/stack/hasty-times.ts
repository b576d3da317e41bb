// In place of the units that the protocol's times are written in: the same times, so many times shorter. All by the same
// factor, so that what holds between them still holds.
import * as real from '../../shared/domain/time.ts'

export const HASTE = 15

export const seconds = (count: number): number => real.seconds(count) / HASTE
export const minutes = (count: number): number => real.minutes(count) / HASTE
