/** The lab's user this page speaks as; null: whoever the console is. Only a console of a lab lets itself be switched. */
const key = 'weft.user'
const listeners = new Set<() => void>()

export const userHeader = 'weft-user'

function recalled(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
let chosen = recalled()

export const chosenUser = (): string | null => chosen

/** What was read as somebody else is not dropped here: see `useSwitchUser`. */
export function chooseUser(user: string | null): void {
  chosen = user
  try {
    if (user === null) localStorage.removeItem(key)
    else localStorage.setItem(key, user)
  } catch {
    // Storage is closed or full: the choice lasts until the page is left.
  }
  for (const listener of listeners) listener()
}

export function subscribeUser(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
