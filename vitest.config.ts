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
  'echarts/charts',
  'echarts/components',
  'echarts/core',
  'echarts/renderers',
  'fast-check',
  'i18next',
  'react',
  'react-dom',
  'react-dom/client',
  'react-i18next',
  'react/compiler-runtime',
  'react/jsx-dev-runtime',
  'react/jsx-runtime',
  'socket.io-client',
  'vitest-browser-react',
  'yaml',
  'zod/mini',
]

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{shared,bff,web,lab,scripts}/**/*.test.ts'],
          exclude: ['**/*.conformance.test.ts', '**/node_modules/**'],
          // Modules are loaded once for all files of a process: nothing here replaces a module, a clock or the environment.
          isolate: false,
          maxWorkers: '100%',
          // Against what hangs, not against what is slow: the machine may be busy.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'conformance',
          environment: 'node',
          include: ['{shared,bff,lab,scripts}/**/*.conformance.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: pagePlugins(),
        // Named ahead: a library that Vite meets in the middle of a run reloads the page under the tests.
        optimizeDeps: { include: pageLibraries },
        test: {
          name: 'component',
          include: ['web/**/*.test.tsx'],
          testTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: chromium,
                args: [
                  '--no-sandbox',
                  '--disable-quic',
                  '--no-first-run',
                  '--disable-background-networking',
                  '--disable-component-update',
                  '--disable-sync',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
