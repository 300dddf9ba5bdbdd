import { type ConfigSearch, configSearchIn } from './search.ts'

/** How the list was narrowed when it was left, so that the way back leads to the same one. Of this tab only. */
const key = 'weft.config-list'

export function rememberList(search: ConfigSearch): void {
  try {
    // The time is the page's, not the list's.
    sessionStorage.setItem(key, JSON.stringify({ ...search, at: undefined, window: undefined }))
  } catch {
    // Storage is closed or full: the way back leads to the whole list.
  }
}

export function lastList(): ConfigSearch {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '{}')
    return typeof kept === 'object' && kept !== null ? configSearchIn(kept as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
