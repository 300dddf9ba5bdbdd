import react from '@vitejs/plugin-react'
import type { PluginOption } from 'vite'
import { leanCytoscape } from './lean-cytoscape.ts'

/**
 * Where the React Compiler earns its bytes: what renders with every reading or every key. The shell and the panels
 * that change when a person chooses something are 20 kB smaller without it (docs/decisions/0006).
 */
const compiled = [
  ...['canvas/', 'table/', 'side/', 'find/', 'TopologyPage'].map(part => `/web/topology/${part}`),
  // Never part of the first load.
  ...['config', 'traces', 'services', 'logs', 'metrics'].map(room => `/web/${room}/`),
  '/web/security/Matrix',
  '/web/ui/chart/',
]

/** How the page is built: for a release, in development and in component tests. */
export const pagePlugins = (): PluginOption[] => [leanCytoscape(), react({ compiler: { sources: compiled } })]
