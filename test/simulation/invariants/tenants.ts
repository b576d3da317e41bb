// Whose data is seen where.
import { UNADDRESSED } from '../../../shared/domain/paths.ts'
import { resourceMark } from '../../../shared/manifests/labels.ts'
import type { Rest } from '../rest.ts'
import { documentTexts, objectTexts, type Text } from '../texts.ts'
import { ACCOUNTS } from '../workload.ts'
import type { Finding, Invariant } from './invariant.ts'

/** The word in an account's ids that stands in no other's. */
const canaryOf = (account: string): string => account.split('-')[1] ?? account

export const noForeignRows: Invariant = {
  id: 'I4',
  name: "nothing of one tenant holds another tenant's data",
  matters: 'One row seen by the wrong customer is the end of trust in all the others.',
  during({ onLog, report }) {
    // A line is about one tenant, and is shown to whoever looks for that one's.
    onLog((line) => {
      const named = ACCOUNTS.filter((account) => line.includes(canaryOf(account)))
      if (named.length > 1)
        report('log', `a line is about ${named.join(' and ')}: ${line.slice(0, 200)}`)
    })
  },
  atRest(rest) {
    const accounts = [...new Set(rest.scenario.tenancy.map(({ account }) => account))]
    if (accounts.length < 2) return []
    return accounts.flatMap((account) => {
      const canary = canaryOf(account)
      return textsOfOthers(rest, account).flatMap(({ about, text }) =>
        text.includes(canary) ? [{ about, says: `holds a word of ${account}` }] : [],
      )
    })
  },
}

/** Documents, and Kubernetes objects, of everybody but this account. */
function textsOfOthers(rest: Rest, account: string): Text[] {
  // What could be told to nobody is the operators', who read it whoever it is of.
  const seen = [`accounts/${account}/`, `accounts/${UNADDRESSED}/`]
  const others = rest.scenario.tenancy.filter((place) => place.account !== account)
  return [
    ...documentTexts(rest, (path) => !seen.some((own) => path.startsWith(own))),
    ...objectTexts(rest, (endpoint) =>
      others.some(({ project }) => endpoint.includes(`.${project}.`)),
    ),
  ]
}

export const oneOfEachPerWorkspace: Invariant = {
  id: 'I8',
  name: 'a workspace has at most one GKE cluster and one network',
  matters: 'A second one is billed beside the first, and nobody knows which one is meant.',
  async atRest({ stack, scenario }) {
    const found: Finding[] = []
    for (const { account, workspace, project, path } of scenario.tenancy) {
      const serviceAccount = 'simulation'
      const face = { account, workspace, project, region: 'europe-west4', serviceAccount }
      const { gke, network } = stack.data.cloud.face(face)
      const mark = resourceMark({ account, workspace }, 0)
      const isOurs = (labels: Readonly<Record<string, unknown>>): boolean =>
        labels['kindling-account'] === mark['kindling-account'] &&
        labels['kindling-workspace'] === mark['kindling-workspace']
      const clusters = (await gke.listClusters()).filter((each) =>
        isOurs(each.resourceLabels ?? {}),
      )
      const networks = (await network.list('networks')).filter(({ description }) =>
        isOurs(JSON.parse(description || '{}') as Record<string, unknown>),
      )
      if (clusters.length > 1)
        found.push({ about: path, says: `has ${clusters.length} GKE clusters` })
      if (networks.length > 1) found.push({ about: path, says: `has ${networks.length} networks` })
    }
    return found
  },
}

export const emptyCostsNothing: Invariant = {
  id: 'I17',
  name: 'what is deleted costs nothing any more',
  matters:
    'A GKE control plane alone is 74 dollars a month, for a workspace that its owner believes gone.',
  atRest: ({ stack, isDeleted }) =>
    isDeleted ? stack.data.cloud.list().map((about) => ({ about, says: 'is still there' })) : [],
}
