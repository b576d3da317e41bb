// Lists of the Compute API, which come in pages. What is not in a list counts as not there, so a list is whole or an error.
import { CallError } from '../call-error.ts'

/** One page: the parts of every list's answer that are read. */
export interface Page<Item> {
  readonly items?: readonly Item[]
  readonly nextPageToken?: string | null
  readonly warning?: { readonly code?: string | null; readonly message?: string | null } | null
}

/** The most that Compute puts on a page. */
export const PAGE_MAX = 500
/** A server that never comes to an end must not hold up an invocation for ever. */
const PAGES_MAX = 200

/**
 * All items, page after page. Throws `unavailable` when a page says that something did not answer, and when there is no end.
 */
export async function allPages<Item>(
  what: string,
  readPage: (pageToken: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = []
  let token: string | undefined
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const { items = [], nextPageToken, warning } = await readPage(token)
    // An empty page in the middle is usual, and says so.
    if (warning?.code && warning.code !== 'NO_RESULTS_ON_PAGE') {
      throw new CallError('unavailable', `${what}: ${warning.code}: ${warning.message ?? ''}`)
    }
    all.push(...items)
    if (!nextPageToken) return all
    token = nextPageToken
  }
  throw new CallError('unavailable', `${what}: no end after ${PAGES_MAX} pages`)
}
