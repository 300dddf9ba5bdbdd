import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from '@playwright/test'
import { build } from 'vite'
import { pagePlugins } from './page-plugins.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' }

/** What `entry` does when its global `measure` is called, built as the page is, in a browser that is loaded anew each time. */
export async function measureInPage<Figures>(browser: Browser, entry: string, times: number): Promise<Figures[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'))
  try {
    await build({
      root: join(root, 'web'),
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      plugins: pagePlugins(),
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: 'es2023',
        cssCodeSplit: false,
        rolldownOptions: {
          input: join(root, entry),
          output: { entryFileNames: 'bench.js' },
        },
      },
    })
    const files = (await readdir(folder, { recursive: true })).filter(file => extname(file) in types)
    const styles = files.filter(file => file.endsWith('.css')).map(file => `<link rel="stylesheet" href="/${file}">`)
    const html = `<!doctype html><html lang="en"><head>${styles.join('')}</head><body><script type="module" src="/bench.js"></script></body></html>`
    const server = createServer((request, response) => {
      const file = (request.url ?? '/').slice(1)
      if (file === '') response.setHeader('content-type', 'text/html').end(html)
      else if (files.includes(file))
        void readFile(join(folder, file)).then(content =>
          response.setHeader('content-type', types[extname(file)] ?? '').end(content),
        )
      else response.writeHead(404).end()
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.on('pageerror', error => process.stderr.write(`${error.stack ?? error.message}\n`))
    try {
      const measured: Figures[] = []
      for (let time = 0; time < times; time++) {
        /* oxlint-disable no-await-in-loop -- side by side they would measure each other */
        await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
        await page.waitForFunction(() => 'measure' in globalThis)
        measured.push(await page.evaluate(() => (globalThis as unknown as { measure(): Promise<Figures> }).measure()))
        /* oxlint-enable no-await-in-loop */
      }
      return measured
    } finally {
      await page.close()
      server.close()
      server.closeAllConnections()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
