// Texts of others, made to fit: what users or clouds wrote has any length, documents and events have limits.

/** At most `limit` characters, seen to be cut, and text that can be stored: half a character cannot. */
export function cut(text: string, limit: number): string {
  const kept = text.length <= limit ? text : `${text.slice(0, limit - 3)}...`
  return kept.toWellFormed()
}
