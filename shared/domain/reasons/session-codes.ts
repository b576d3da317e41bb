// Codes for sessions that are not opened: the cluster is there, or was, and cannot take one now.
import type { TerminationEntry } from './reason-code.ts'

export const sessionCodes = {
  CLUSTER_DRAINING: {
    type: 'CLIENT_ERROR',
    when: 'a session is opened while its cluster is about to end because nobody has used it',
    message:
      'cluster {cluster} has been idle for as long as it may be, and takes no new session while it is asked a second time',
    mend: 'open the session again in a few seconds: asking for one has called the end off, unless it was decided by then',
    again: 'later',
    own: true,
  },
  CLUSTER_STARTING: {
    type: 'CLIENT_ERROR',
    when: 'a session is opened on a cluster whose driver is not ready yet',
    message: 'cluster {cluster} has no ready driver yet: it is {state}',
    mend: 'open the session again when the cluster is RUNNING',
    again: 'later',
    own: true,
  },
  CLUSTER_ENDED: {
    type: 'CLIENT_ERROR',
    when: 'a session is opened on a cluster that has ended, or whose end is decided',
    message: 'cluster {cluster} is {state}',
    mend: 'once it is TERMINATED, start it (cluster.change.requested with the action "start"), and open the session when it is RUNNING',
    again: 'no',
    own: true,
  },
  CLUSTER_UNREACHABLE: {
    type: 'SERVICE_FAULT',
    when: "the workspace's agent cannot find out whether a session may be opened, and so admits none",
    message: 'nobody can say whether cluster {cluster} takes a session: {why}',
    mend: 'open the session again in a few seconds',
    again: 'later',
    own: true,
  },
} as const satisfies Record<string, TerminationEntry>
