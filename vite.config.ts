import { defineConfig } from 'vite'
import { pagePlugins } from './scripts/page-plugins.ts'

const bff = process.env['WEFT_DEV_BFF'] ?? 'http://127.0.0.1:4280'

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
  },
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    port: 4281,
    strictPort: true,
    proxy: { '/api': { target: bff }, '/live': { target: bff, ws: true } },
  },
})
