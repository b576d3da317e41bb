// Google's APIs as they are on a bad day: disabled in a project, refusing because there were too many calls, not there, or
// doing what they were asked to and never saying so.
import { CallError } from '../../../shared/call-error.ts'
import type { Gke, Network } from '../../../shared/google-ports.ts'
import { around, type Hook } from '../../../shared/around.ts'
import { isMutation } from '../../../shared/runtime/call-limits.ts'
import type { Caller } from './access.ts'
import { type FaultBoard, isMeant } from './faults/fault-board.ts'
import { projectNumber } from './identifiers.ts'
import { Refusal } from './refusal.ts'

interface Faces {
  readonly gke: Gke
  readonly network: Network
}

type Service = 'container' | 'compute'
type Meant = { readonly service?: string | undefined; readonly method?: string | undefined }

const TITLES: Record<Service, string> = {
  container: 'Kubernetes Engine API',
  compute: 'Compute Engine API',
}

export function unreliableFaces(
  { gke, network }: Faces,
  { project }: Caller,
  faults: Pick<FaultBoard, 'strike'>,
): Faces {
  function refuse(service: Service, isHere: (fault: Meant) => boolean): void {
    const isDisabled = faults.strike(
      'api-disabled',
      (fault) => isMeant(fault.project, project) && isMeant(fault.service, service),
    )
    if (isDisabled) throw refusedDisabled(service, project)
    if (faults.strike('rate-limit', isHere)) throw refusedRate(service, project)
    const away = faults.strike('unavailable', isHere)
    if (away)
      throw new Refusal(
        'unavailable',
        'backendError',
        away.message ?? 'The service is currently unavailable.',
      )
  }

  const hookOf =
    (service: Service): Hook =>
    async ({ method }, proceed) => {
      const isHere = (fault: Meant): boolean =>
        isMeant(fault.service, service) && isMeant(fault.method, method)
      refuse(service, isHere)
      const answer = await proceed()
      if (isMutation(method) && faults.strike('answer-lost', isHere))
        throw new CallError('unknown-outcome', 'the connection broke before the answer came')
      return answer
    }

  return {
    gke: around('gke', gke, hookOf('container')),
    network: around('network', network, hookOf('compute')),
  }
}

function refusedDisabled(service: Service, project: string): Refusal {
  return new Refusal(
    'denied',
    service === 'compute' ? 'accessNotConfigured' : 'SERVICE_DISABLED',
    `${TITLES[service]} has not been used in project ${project} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${service}.googleapis.com/overview?project=${project} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
  )
}

function refusedRate(service: Service, project: string): Refusal {
  return new Refusal(
    'rate',
    'rateLimitExceeded',
    `Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service '${service}.googleapis.com' for consumer 'project_number:${projectNumber(project)}'.`,
  )
}
