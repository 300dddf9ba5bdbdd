/** Preferences in localStorage; a browser that keeps none loses only them. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Storage is closed or full: the choice lasts until the page is left.
  }
}
