import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const source = fileURLToPath(new URL('../node_modules/cytoscape/src/', import.meta.url))

/** Parts of Cytoscape the map never asks for, by where their module ends, and what stands in their place. */
const left: { module: string; instead: string }[] = [
  // 2D canvas is faster here than WebGL, see docs/decisions/0006.
  { module: 'renderer/canvas/webgl/drawing-redraw-webgl.mjs', instead: 'export default {}' },
  // Shortest paths, centralities, clusterings: the map's own questions are answered in shared/topology.
  { module: 'collection/algorithms/index.mjs', instead: 'export default {}' },
  // Places come from our own layout worker; `grid` is Cytoscape's default and never runs.
  {
    module: 'extensions/layout/index.mjs',
    instead: `import nullLayout from './null.mjs'
import presetLayout from './preset.mjs'
export default [{ name: 'null', impl: nullLayout }, { name: 'grid', impl: nullLayout }, { name: 'preset', impl: presetLayout }]`,
  },
]

/** What Cytoscape takes from lodash and heap, for the plain keys (`weight`, `a.b`) and short queues of the map. */
const small: Record<string, string> = {
  heap: `export default class {
  #items = []
  #compare
  constructor(compare) { this.#compare = compare }
  push(item) {
    let low = 0
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#compare(this.#items[middle], item) <= 0) low = middle + 1
      else high = middle
    }
    this.#items.splice(low, 0, item)
  }
  pop() { return this.#items.shift() }
  peek() { return this.#items[0] }
  size() { return this.#items.length }
  contains(item) { return this.#items.includes(item) }
  updateItem(item) {
    const at = this.#items.indexOf(item)
    if (at < 0) return
    this.#items.splice(at, 1)
    this.push(item)
  }
}`,
  'lodash/debounce.js': `export default (run, delay) => {
  let timer
  const later = (...given) => {
    clearTimeout(timer)
    timer = setTimeout(() => run(...given), delay)
  }
  later.cancel = () => clearTimeout(timer)
  return later
}`,
  'lodash/toPath.js': `export default key => (Array.isArray(key) ? key : String(key).split('.'))`,
  'lodash/get.js': `export default (object, path) => path.reduce((value, key) => value?.[key], object)`,
  'lodash/set.js': `export default (object, path, value) => {
  const last = path.at(-1)
  const home = path.slice(0, -1).reduce((value, key) => (value[key] ??= {}), object)
  home[last] = value
  return object
}`,
}

/**
 * Builds Cytoscape from the modules its package ships, without what the map never uses: a third less to load. Fails
 * the build where a new version has moved one of them.
 */
export function leanCytoscape(): Plugin {
  const met = new Set<string>()
  let isLoaded = false
  return {
    name: 'weft:lean-cytoscape',
    enforce: 'pre',
    // Development and component tests take the package's own bundle; end-to-end tests see what is built here.
    apply: 'build',
    config: () => ({ define: { 'process.env.VERSION': '"lean"' } }),
    resolveId(id) {
      if (id === 'cytoscape') return `${source}index.mjs`
      return id in small ? `\0${id}` : undefined
    },
    load(id) {
      if (id.startsWith('\0') && id.slice(1) in small) return small[id.slice(1)]
      if (!id.startsWith(source)) return undefined
      isLoaded = true
      const part = left.find(({ module }) => id.endsWith(module))
      if (part === undefined) return undefined
      met.add(part.module)
      return part.instead
    },
    buildEnd(error) {
      const gone = left.filter(({ module }) => !met.has(module)).map(({ module }) => module)
      if (error === undefined && isLoaded && this.meta.watchMode === false && gone.length > 0)
        throw new Error(`Cytoscape has no ${gone.join(', ')} any more: see scripts/lean-cytoscape.ts.`)
    },
  }
}
