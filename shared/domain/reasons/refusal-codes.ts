// Codes of requests that are refused as they stand: error_code of the Databricks REST API.
import type { RefusalEntry } from './reason-code.ts'

export const refusalCodes = {
  MALFORMED_REQUEST: {
    type: 'CLIENT_ERROR',
    when: 'the message cannot be read: not JSON, too large, or not a CloudEvent',
    mend: 'compare the message with events/samples, and publish it again under a new id',
    again: 'no',
  },
  BAD_REQUEST: {
    type: 'CLIENT_ERROR',
    when: 'the event is of a type that this topic does not take',
    mend: 'set "type", or publish on the topic of that type',
    again: 'no',
  },
  INVALID_PARAMETER_VALUE: {
    type: 'CLIENT_ERROR',
    when: 'a field is missing, unknown or has a value that cannot be',
    mend: 'correct the field that the refusal names, and publish again under a new id',
    again: 'no',
  },
  INVALID_STATE: {
    type: 'CLIENT_ERROR',
    when: 'what is asked for cannot be done in the state that it is in',
    mend: 'wait for the state that the refusal names, then ask again',
    again: 'later',
  },
  RESOURCE_DOES_NOT_EXIST: {
    type: 'CLIENT_ERROR',
    when: 'the request names something that this account does not have',
    mend: 'correct the id, or request the missing thing first',
    again: 'no',
  },
  RESOURCE_ALREADY_EXISTS: {
    type: 'CLIENT_ERROR',
    when: 'the id is taken by something with other settings',
    mend: 'use another id, or the settings that it has',
    again: 'no',
  },
  ALREADY_EXISTS: {
    type: 'CLIENT_ERROR',
    when: 'another message was sent under this event id before',
    mend: 'publish under an id of its own',
    again: 'no',
  },
  INTERNAL_ERROR: {
    type: 'SERVICE_FAULT',
    when: 'what Kindling has stored of the workspace or cluster cannot be read',
    mend: 'ask the operators of Kindling to mend what `kindling parked` lists, then ask again',
    again: 'later',
  },
} as const satisfies Record<string, RefusalEntry>

export type RefusalCode = keyof typeof refusalCodes
