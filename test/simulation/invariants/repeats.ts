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
