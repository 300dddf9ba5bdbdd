import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { pagePlugins } from './scripts/page-plugins.ts'

const chromium = process.env['WEFT_CHROMIUM'] ?? '/usr/bin/chromium'

/** Everything the page imports from node_modules. */
const pageLibraries = [
  '@codemirror/autocomplete',
  '@codemirror/commands',
  '@codemirror/lang-yaml',
  '@codemirror/language',
  '@codemirror/search',
  '@codemirror/state',
  '@codemirror/view',
  '@dagrejs/dagre',
  '@lezer/highlight',
  '@tanstack/react-query',
  '@tanstack/react-router',
  '@tanstack/react-table',
  '@tanstack/react-virtual',
  'cytoscape',
  'downshift',
