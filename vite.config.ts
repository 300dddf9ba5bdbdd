import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const bff = process.env['WEFT_DEV_BFF'] ?? 'http://127.0.0.1:4280'

export default defineConfig({
  root: 'web',
  base: '/',
  plugins: [react({ compiler: true })],
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
