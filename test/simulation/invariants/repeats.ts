// What happens when everything is said again.
import type { Invariant } from './invariant.ts'

export const replayChangesNothing: Invariant = {
  id: 'I18',
  name: 'running every event again changes nothing',
  matters:
    'Delivery is at least once and up to days late: what comes again must find its work done.',
  atRest: ({ changedByReplay }) =>
    changedByReplay.map((about) => ({
      about,
      says: 'is not what it was before every event came again',
    })),
}

export const noSecrets: Invariant = {
  id: 'I10',
  name: 'no secret stands in logs, events or documents',
  matters: 'What is logged is read by many, and kept.',
  notYet: 'Kindling holds no secret yet: no request, document or log has a field for one.',
}
