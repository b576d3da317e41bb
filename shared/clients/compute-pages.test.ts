import { describe, expect, it } from 'vitest'
import { allPages, type Page } from './compute-pages.ts'

/** Answers these pages, one after the other, by token. */
function pagesOf(pages: readonly Page<string>[]) {
  return async (token: string | undefined): Promise<Page<string>> => {
    const at = token === undefined ? 0 : Number(token)
    const page = pages[at]
    if (!page) throw new Error(`no page ${at}`)
    return at + 1 < pages.length ? { ...page, nextPageToken: String(at + 1) } : page
  }
}

const endless = async (): Promise<Page<string>> => ({ items: [], nextPageToken: 'again' })

describe('a list in pages', () => {
  it('is read to its end, over empty pages too', async () => {
    const warning = { code: 'NO_RESULTS_ON_PAGE', message: 'go on' }
    const read = pagesOf([{ items: ['a', 'b'] }, { warning }, { items: ['c'] }])
    expect(await allPages('list', read)).toEqual(['a', 'b', 'c'])
    expect(await allPages('list', pagesOf([{}]))).toEqual([])
  })

  it('of which a part did not answer is no list', async () => {
    const warning = { code: 'UNREACHABLE', message: 'a zone is away' }
    const read = pagesOf([{ items: ['a'] }, { items: ['b'], warning }])
    await expect(allPages('list', read)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'list: UNREACHABLE: a zone is away',
    })
  })

  it('without end is given up', async () => {
    await expect(allPages('list', endless)).rejects.toMatchObject({ kind: 'unavailable' })
  })
})
