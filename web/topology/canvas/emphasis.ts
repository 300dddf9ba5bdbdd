import type { Scene } from './scene.ts'

/** What is lifted and what is chosen. Ids are those of the map's elements. */
export interface Emphasis {
  selected: ReadonlySet<string>
  /** Everything else is dimmed; null = nothing is. */
  bright: ReadonlySet<string> | null
  /** Texts that are shown whenever they can be. */
  wanted: ReadonlySet<string>
}

/** What hands and the page ask for: `selected` and `lit` in ids of the Graph, `hovered` of the map. */
export interface Attention {
  selected: string | null
  lit: ReadonlySet<string> | null
  hovered: string | null
}

export const noEmphasis: Emphasis = { selected: new Set(), bright: null, wanted: new Set() }

export function emphasisOf(scene: Scene, { selected, lit, hovered }: Attention): Emphasis {
  const chosen = new Set<string>()
  if (selected !== null) {
    if (scene.nodes.has(selected)) chosen.add(selected)
    for (const edge of scene.edges.values()) if (edge.edgeIds.includes(selected)) chosen.add(edge.id)
  }
  const near = hovered === null ? null : neighbourhood(scene, hovered)
  const bright = near ?? (lit === null ? null : litElements(scene, lit))
  return {
    selected: chosen,
    // What is chosen stays in sight whatever the pointer is over.
    bright: bright && new Set([...bright, ...chosen]),
    wanted: near ? new Set([...chosen, ...near]) : chosen,
  }
}

/** An element with all it touches: a node's edges and their other ends, an edge's two ends. */
export function neighbourhood(scene: Scene, id: string): Set<string> {
  const near = new Set([id])
  for (const edge of scene.edges.values())
    if (edge.id === id || edge.source === id || edge.destination === id) {
      near.add(edge.id)
      near.add(edge.source)
      near.add(edge.destination)
    }
  return near
}

/** A lit edge lights its ends: a line from nowhere to nowhere says little. */
function litElements(scene: Scene, lit: ReadonlySet<string>): ReadonlySet<string> {
  const bright = new Set<string>()
  for (const id of scene.nodes.keys()) if (lit.has(id)) bright.add(id)
  for (const edge of scene.edges.values())
    if (edge.edgeIds.some(id => lit.has(id))) {
      bright.add(edge.id)
      bright.add(edge.source)
      bright.add(edge.destination)
    }
  return bright
}
