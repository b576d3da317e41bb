// Which known words a misspelled one most likely meant; for messages to people. Pure.

/** The closest first. */
export function nearestWords(word: string, known: readonly string[], count = 3): string[] {
  return known
    .map((each) => ({ each, distance: editDistance(word.slice(0, 64), each) }))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, count)
    .map(({ each }) => each)
}

/** Levenshtein: inserts, deletes and replacements of one character. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    previous = row
  }
  return previous[to.length] ?? 0
}
