// Label selectors as a query string has them: `a=b,c!=d,e,!f,g in (h,i),j notin (k)`.
// The port promises equality only; kubectl and the API server accept the rest.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { badRequest } from './status-error.ts'

type Labels = Readonly<Record<string, string>>
export type Matches = (object: KubernetesObject) => boolean

const everything: Matches = () => true
const none: Labels = {}

const setTerm = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/
const equalityTerm = /^([^!=\s]+)\s*(==|=|!=)\s*([^!=\s]*)$/
const existsTerm = /^(!?)\s*([^!=\s()]+)$/

function parseTerm(term: string): (labels: Labels) => boolean {
  const set = setTerm.exec(term)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = new Set(list.split(',').map((value) => value.trim()))
    if (operator === 'in') return (labels) => values.has(labels[key] ?? '\0')
    return (labels) => !values.has(labels[key] ?? '\0')
  }
  const equality = equalityTerm.exec(term)
  if (equality) {
    const [, key = '', operator, value = ''] = equality
    if (operator === '!=') return (labels) => labels[key] !== value
    return (labels) => labels[key] === value
  }
  const exists = existsTerm.exec(term)
  if (exists) {
    const [, not = '', key = ''] = exists
    return (labels) => key in labels === (not === '')
  }
  throw badRequest(`unable to parse requirement: ${JSON.stringify(term)}`)
}

/** Throws 400 for a selector that cannot be read. */
export function parseLabelSelector(selector: string | undefined): Matches {
  if (!selector?.trim()) return everything
  const terms = selector.split(/,(?![^(]*\))/).map((term) => parseTerm(term.trim()))
  return (object) => {
    const labels = object.metadata.labels ?? none
    return terms.every((term) => term(labels))
  }
}
