import { useEffect, useSyncExternalStore } from 'react'
import type { Health } from '#shared/mesh/health.ts'
import type { IconName } from './Icon.tsx'

/**
 * What a page tells the shell around it without the shell knowing the page: commands for the palette, troubles for the
 * bell. A page puts its list here while it is shown.
 */
export interface Registry<Item> {
  put(items: Item): () => void
  subscribe(listener: () => void): () => void
  read(): readonly Item[]
}

export function createRegistry<Item>(): Registry<Item> {
  const listeners = new Set<() => void>()
  let held: readonly Item[] = []
  const change = (next: readonly Item[]) => {
    held = next
    for (const listener of listeners) listener()
  }
  return {
    put(item) {
      change([...held, item])
      return () => change(held.filter(each => each !== item))
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    read: () => held,
  }
}

export interface Command {
  id: string
  group: string
  label: string
  /** What else it may be looked for by. */
  keywords?: string
  /** Shown at the right, quiet: a namespace, a state. */
  hint?: string
  icon?: IconName
  health?: Health
  /** Fits whatever is typed, so it comes after all that was meant by it. */
  isLastResort?: true
  run: () => void
}
/** Commands for what is typed; called while the palette is open only, so a page may search thousands of things. */
export type CommandSource = (text: string) => readonly Command[]
export const commandSources = createRegistry<CommandSource>()

export interface PageTrouble {
  id: string
  text: string
  health: Health
  /** Milliseconds since the epoch, where it is known. */
  since: number | null
  /** Shows it. */
  show?: () => void
}
export const pageTroubles = createRegistry<readonly PageTrouble[]>()

/** Keeps an item in a registry while the component is there. */
export function usePut<Item>(registry: Registry<Item>, item: Item): void {
  useEffect(() => registry.put(item), [registry, item])
}
export const useRegistry = <Item>(registry: Registry<Item>): readonly Item[] =>
  useSyncExternalStore(registry.subscribe, registry.read)
