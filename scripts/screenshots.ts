// npm run screenshots [-- FOLDER [PRESET …]]: the topology page of each preset in light, dark and Chinese, at two sizes. Without a folder
// the two pictures of README.md are taken anew.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { root, startConsole, startLab } from '#e2e/mesh.ts'

const [folder, ...presets] = process.argv.slice(2)
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
]

const browser = await chromium.launch({
  executablePath: process.env['WEFT_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
})
try {
  if (folder) for (const preset of presets.length > 0 ? presets : ['shop', 'thousand']) await all(preset, folder)
  else await readmePictures()
} finally {
  await browser.close()
}

/** Opens a page of the console with preferences as a returning person has them. */
async function open(url: string, look: { theme: 'light' | 'dark'; language: string; size: (typeof sizes)[number] }) {
  const context = await browser.newContext({ viewport: look.size, colorScheme: look.theme, locale: look.language })
  const page = await context.newPage()
  await page.goto(url)
  await settled(page)
  return page
}

/** The map is laid out and has drawn a few frames. */
async function settled(page: Page) {
  await page.getByRole('application').waitFor()
  await page.waitForTimeout(4000)
}

async function withMesh(preset: string, work: (url: string) => Promise<void>) {
  const lab = await startLab({ preset })
  const console = await startConsole(lab)
  try {
    await work(console.url)
  } finally {
    await console.stop()
    await lab.stop()
  }
}

async function all(preset: string, target: string) {
  await mkdir(target, { recursive: true })
  await withMesh(preset, async url => {
    for (const size of sizes)
      for (const [name, theme, language] of [
        ['light', 'light', 'en'],
        ['dark', 'dark', 'en'],
        ['chinese', 'light', 'zh-CN'],
      ] as const) {
        const page = await open(`${url}/topology`, { theme, language, size })
        await page.screenshot({ path: join(target, `${preset}-${name}-${size.width}.png`) })
        await page.context().close()
      }
  })
}

async function readmePictures() {
  const target = join(root, 'docs', 'images')
  await mkdir(target, { recursive: true })
  await withMesh('shop', async url => {
    for (const theme of ['light', 'dark'] as const) {
      const chosen = theme === 'dark' ? '?selected=outside:legacy/batch%3Eservice:pay/ledger:http' : ''
      const page = await open(`${url}/topology${chosen}`, { theme, language: 'en', size: { width: 1440, height: 900 } })
      await page.screenshot({ path: join(target, `topology-${theme}.png`) })
      await page.context().close()
    }
  })
}
