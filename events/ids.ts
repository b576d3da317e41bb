// The identifiers that customers choose, as the events spell them. Derived names are made from these (shared/domain/names.ts).
import { z } from 'zod'

export const AccountId = z
  .string()
  .regex(
    /^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/,
    '1 to 30 of a-z 0-9 -, first a letter, last not a hyphen',
  )
export type AccountId = z.infer<typeof AccountId>

export const WorkspaceId = z
  .string()
  .regex(
    /^[a-z]([-a-z0-9]{0,18}[a-z0-9])?$/,
    '1 to 20 of a-z 0-9 -, first a letter, last not a hyphen',
  )
export type WorkspaceId = z.infer<typeof WorkspaceId>

export const ClusterId = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/,
    '1 to 40 of a-z 0-9 -, first and last not a hyphen',
  )
export type ClusterId = z.infer<typeof ClusterId>
