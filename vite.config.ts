import { defineConfig } from 'vite'
import { pagePlugins } from './scripts/page-plugins.ts'

const bff = process.env['WEFT_DEV_BFF'] ?? 'http://127.0.0.1:4280'

const everyPagesLibraries =
  /node_modules\/(react|react-dom|scheduler|react-i18next|i18next|@tanstack\/(react-query|query-core|react-router|router-core|history|react-store|store)|socket\.io-client|socket\.io-parser|engine\.io-client|engine\.io-parser|@socket\.io)\//
const everyPagesParts =
  /\/(web\/api\/|web\/ui\/(Icon|Menu|Popover|HealthMark|Segmented|Lock|Rich|Mark|format|language|later|registry|theme-choice|use-now|place|remember)\.|web\/topology\/(query|view|names|reason|ProtocolBadge|layout-measure)\.|shared\/(http|live|scope|units)\.|shared\/topology\/(api|graph)\.|shared\/config\/(finding|address)\.|shared\/mesh\/(health|namespace|object|source|equal|list-change|node|response|steady|decimal)\.).*(?<!\.css)$/

export default defineConfig({
  root: 'web',
  base: '/',
  plugins: pagePlugins(),
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    // CSP allows no data: scripts or styles, so nothing is inlined.
    assetsInlineLimit: 0,
    target: 'es2023',
    // The list of what each later page needs would be a part of the first load; it is a few milliseconds to find out.
    modulePreload: { polyfill: false, resolveDependencies: () => [] },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page needs comes in two pieces instead of forty: small files pack badly.
          groups: [
            { name: 'libraries', test: everyPagesLibraries },
            { name: 'parts', test: everyPagesParts },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    port: 4281,
    strictPort: true,
    proxy: { '/api': { target: bff }, '/live': { target: bff, ws: true } },
  },
})
